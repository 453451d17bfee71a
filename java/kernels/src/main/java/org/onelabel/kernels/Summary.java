package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
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

  /** Refuses what cannot be summarised. */
  static void check(MemorySegment values, long count, double... levels) {
    new Buffers().input("values", values, count, 4);
    for (double level : levels) {
      if (!(level >= 0 && level <= 1)) {
        throw new IllegalArgumentException("a level must lie in 0..1: " + level);
      }
    }
  }
}
