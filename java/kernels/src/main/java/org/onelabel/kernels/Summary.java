package org.onelabel.kernels;

import java.util.List;

/**
 * Reductions over the values that are numbers.
 *
 * @param mean NaN where there is none
 * @param quantiles one for each level asked for, exact, linear between ranks
 * @param invalid how many values were NaN
 */
public record Summary(double mean, List<Double> quantiles, long invalid) {
  public Summary {
    quantiles = List.copyOf(quantiles);
  }

  /**
   * Refuses what cannot be summarised: implementations begin with it.
   *
   * @throws IllegalArgumentException saying why
   */
  public static void check(Buffer values, long count, double... levels) {
    new CallArrays().input("values", values, count, 4);
    for (double level : levels) {
      if (!(level >= 0 && level <= 1)) {
        throw new IllegalArgumentException("a level must lie in 0..1: " + level);
      }
    }
  }
}
