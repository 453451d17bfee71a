package org.onelabel.kernels.experiment;

/**
 * One call of a kernel with its arguments and room for what it finds. The conformance suite, the
 * benchmarks and the trial of candidates all work on it.
 */
public interface KernelCase extends CheckedCase {
  /** Which kernel, what sizes, how much work. */
  Workload workload();

  /**
   * What the last run found, float32: KNN scores queries × k with the best first, cosines classes ×
   * voxels, entropies and behind them the mutual information if wanted, margins, quantiles.
   */
  float[] found();
}
