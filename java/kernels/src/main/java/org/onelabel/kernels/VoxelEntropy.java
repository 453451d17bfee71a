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
    Objects.requireNonNull(kind, "kind");
    if (passes < 1 || classes < 1 || classes > 255 || voxels < 0) {
      throw new IllegalArgumentException(
          "%d passes, %d classes, %d voxels".formatted(passes, classes, voxels));
    }
    new Buffers()
        .input("input", input, passes, classes, voxels, 4)
        .optionalOutput("mean", mean, classes, voxels, 4)
        .optionalOutput("entropy", entropy, voxels, 4)
        .optionalOutput("labels", labels, voxels)
        .optionalOutput("mutual information", mutualInformation, voxels, 4);
  }

  /** Entropy alone, of one prediction. */
  public static VoxelEntropy ofProbabilities(
      MemorySegment probabilities, int classes, long voxels, MemorySegment entropy) {
    return new VoxelEntropy(
        probabilities, Kind.PROBABILITIES, 1, classes, voxels, null, entropy, null, null);
  }
}
