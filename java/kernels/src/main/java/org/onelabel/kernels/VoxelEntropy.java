package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Uncertainty of T stochastic predictions. All outputs may be null. A voxel is not a number where a
 * logit is NaN or +∞, all logits of a pass are −∞, or a probability lies outside 0…1.001.
 *
 * @param input passes × classes × voxels float32; probabilities need not sum to 1
 * @param mean classes × voxels float32 out: mean probability
 * @param entropy voxels float32 out: −Σ p ln p of the mean in nats, at least 0
 * @param labels voxels bytes out: argmax of the mean, lowest class on a tie, 255 for NaN
 * @param mutualInformation voxels float32 out: H(mean p) − mean H(p)
 */
public record VoxelEntropy(
    MemorySegment input,
    Kind kind,
    long passes,
    int classes,
    long voxels,
    MemorySegment mean,
    MemorySegment entropy,
    MemorySegment labels,
    MemorySegment mutualInformation) {

  /** What the input values are. */
  public enum Kind {
    LOGITS,
    PROBABILITIES
  }

  public VoxelEntropy {
    Objects.requireNonNull(kind);
    if (passes < 1 || classes < 1 || classes > 255 || voxels < 0) {
      throw new IllegalArgumentException(
          "%d passes, %d classes, %d voxels".formatted(passes, classes, voxels));
    }
    long streams = Math.multiplyExact(passes, (long) classes);
    Segments.require(
        Objects.requireNonNull(input), "input", Math.multiplyExact(streams, 4L), voxels);
    Segments.require(mean, "mean", 4L * classes, voxels);
    Segments.require(entropy, "entropy", 4, voxels);
    Segments.require(labels, "labels", 1, voxels);
    Segments.require(mutualInformation, "mutual information", 4, voxels);
  }

  /** Entropy alone, of one prediction. */
  public static VoxelEntropy ofProbabilities(
      MemorySegment probabilities, int classes, long voxels, MemorySegment entropy) {
    return new VoxelEntropy(
        probabilities, Kind.PROBABILITIES, 1, classes, voxels, null, entropy, null, null);
  }
}
