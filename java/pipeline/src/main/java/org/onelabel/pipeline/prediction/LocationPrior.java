package org.onelabel.pipeline.prediction;

import java.util.List;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Where the anatomy lies in scans, as shares of their sides along right, front and up: people place
 * a field of view by the anatomy.
 *
 * @param mean share of each side, 0…1
 * @param deviation from there; infinite where nothing is known
 */
public record LocationPrior(double[] mean, double[] deviation) {
  public static final LocationPrior UNKNOWN =
      new LocationPrior(
          new double[] {0.5, 0.5, 0.5},
          new double[] {
            Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY
          });

  /** Before any is seen, anatomies are taken to lie about so far from their mean… */
  private static final double USUAL_DEVIATION = 0.1;

  /** …which counts as if so many had been seen. */
  private static final int USUAL_COUNT = 2;

  /** The least a place can count: a scan may show more of a body, or less, than those before. */
  private static final double LEAST = 0.1;

  public LocationPrior {
    if (mean.length != 3 || deviation.length != 3) {
      throw new IllegalArgumentException("a location has three means and three deviations");
    }
    for (double d : deviation) {
      if (!(d > 0)) {
        throw new IllegalArgumentException("a deviation is above 0, not " + d);
      }
    }
  }

  /** Of the middles of anatomies, shares of their scans' sides. */
  static LocationPrior of(List<double[]> middles) {
    if (middles.isEmpty()) {
      return UNKNOWN;
    }
    double[] mean = new double[3];
    double[] deviation = new double[3];
    for (int a = 0; a < 3; a++) {
      int axis = a;
      double[] shares = middles.stream().mapToDouble(middle -> middle[axis]).toArray();
      mean[a] = StatUtils.mean(shares);
      double squares =
          (shares.length - 1) * StatUtils.variance(shares)
              + USUAL_COUNT * USUAL_DEVIATION * USUAL_DEVIATION;
      double variance = squares / (shares.length - 1 + USUAL_COUNT);
      // The mean of few is uncertain, too.
      deviation[a] = Math.sqrt(variance * (1 + 1.0 / shares.length));
    }
    return new LocationPrior(mean, deviation);
  }

  /**
   * How much something counts as anatomy whose middle lies there: 1 at the mean, less elsewhere.
   */
  double at(double[] middle) {
    double distance = 0;
    for (int a = 0; a < 3; a++) {
      double d = (middle[a] - mean[a]) / deviation[a];
      distance += d * d;
    }
    return LEAST + (1 - LEAST) * Math.exp(-distance / 2);
  }
}
