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
}
