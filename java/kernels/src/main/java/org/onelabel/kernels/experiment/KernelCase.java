package org.onelabel.kernels.experiment;

import org.onelabel.kernels.Kernels;

/**
 * One call of a kernel with its arguments and room for what it finds. The conformance suite, the
 * benchmarks and the trial of candidates all work on it. For one thread at a time.
 */
public interface KernelCase {
  /** Which kernel, what sizes, how much work. */
  Workload workload();

  /** Makes the call; any number of times, on any kernels. */
  void run(Kernels kernels);

  /**
   * Holds what the last run found against float64. Of many results some thousand are looked at. All
   * arrays have to lie on the host.
   */
  Outcome compare();

  /**
   * What the last run found, float32: KNN scores queries × k with the best first, cosines classes ×
   * voxels, entropies and behind them the mutual information if wanted, margins, quantiles.
   */
  float[] found();

  /**
   * How right it is.
   *
   * @param error the largest one, as a multiple of what is allowed; NaN where something is plainly
   *     wrong
   * @param description the case, and what is wrong first
   */
  record Outcome(double error, String description) {
    /** A NaN error is a failure, too. */
    public boolean isRight() {
      return error <= 1;
    }
  }
}
