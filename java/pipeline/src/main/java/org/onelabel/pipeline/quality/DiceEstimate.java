package org.onelabel.pipeline.quality;

/**
 * The Dice that labels probably have: a logistic curve over the agreement of network and
 * propagation. The coefficients are those of least squares on validation cases of four datasets,
 * the same for all (docs/explanation/quality.md); hidden labels took no part.
 */
final class DiceEstimate {
  /** Constant, and what the logit of the agreement counts. */
  static final double[] COEFFICIENTS = {0.944, 0.407};

  /** Shares are taken as at most this and at least the rest to 1: zero and one have no logit. */
  private static final double MOST = 0.98;

  private DiceEstimate() {}

  /** An estimate, 0.35…0.93; NaN of NaN. */
  static double of(double agreement) {
    return Double.isNaN(agreement)
        ? Double.NaN
        : 1 / (1 + Math.exp(-COEFFICIENTS[0] - COEFFICIENTS[1] * logit(agreement)));
  }

  /** What the curve is linear in. */
  static double logit(double share) {
    double within = Math.clamp(share, 1 - MOST, MOST);
    return Math.log(within / (1 - within));
  }
}
