package org.onelabel.pipeline.quality;

/**
 * The Dice that labels probably have: a logistic curve over the agreement of network and
 * propagation or, where the network is alone, over the Dice that it expects. Beside the agreement
 * the expected Dice tells nothing more. The coefficients are those of least squares on validation
 * cases of four datasets, the same for all (docs/explanation/quality.md); hidden labels took no
 * part.
 */
final class DiceEstimate {
  /** Constant, and what the logit of the agreement counts. */
  static final double[] BY_AGREEMENT = {0.944, 0.407};

  /** Constant, and what the logit of the expected Dice counts. */
  static final double[] BY_EXPECTATION = {1.424, 0.136};

  /** Shares are taken as at most this and at least the rest to 1: zero and one have no logit. */
  private static final double MOST = 0.98;

  private DiceEstimate() {}

  /** An estimate, 0…1; NaN where neither network nor propagation has the structure. */
  static double of(Evidence evidence) {
    if (Double.isNaN(evidence.expected())) {
      // Nowhere labelled: 0 where the propagation says that it is there.
      return evidence.agreement();
    }
    return Double.isNaN(evidence.agreement())
        ? curve(BY_EXPECTATION, evidence.expected())
        : curve(BY_AGREEMENT, evidence.agreement());
  }

  private static double curve(double[] coefficients, double share) {
    return 1 / (1 + Math.exp(-coefficients[0] - coefficients[1] * logit(share)));
  }

  /** What the curve is linear in. */
  static double logit(double share) {
    double within = Math.clamp(share, 1 - MOST, MOST);
    return Math.log(within / (1 - within));
  }
}
