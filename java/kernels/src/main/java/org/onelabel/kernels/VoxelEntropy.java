package org.onelabel.kernels;

import java.util.Objects;
import java.util.Optional;

/**
 * Uncertainty of T stochastic predictions. A voxel is not a number where a logit is NaN or +∞, all
 * logits of a pass are −∞, or a probability lies outside 0…1.001. {@link #ofLogits} and {@link
 * #ofProbabilities} make calls without outputs; the other methods give calls with more.
 *
 * @param mean classes × voxels float32 out: mean probability
 * @param entropy voxels float32 out: −Σ p ln p of the mean in nats, at least 0
 * @param labels voxels bytes out: argmax of the mean, lowest class on a tie, 255 for NaN
 * @param mutualInformation voxels float32 out: H(mean p) − mean H(p)
 */
public record VoxelEntropy(
    Predictions predictions,
    Optional<Buffer> mean,
    Optional<Buffer> entropy,
    Optional<Buffer> labels,
    Optional<Buffer> mutualInformation) {

  /** What the input values are. */
  public enum Kind {
    /** Logits; a softmax over the classes makes them probabilities. */
    LOGITS(0),
    /** Probabilities, used as they are. */
    PROBABILITIES(1);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** Its number in {@code onelabel.h}. */
    public int code() {
      return code;
    }
  }

  /**
   * What is read.
   *
   * @param values passes × classes × voxels float32; probabilities need not sum to 1
   * @param passes 1 at least
   * @param classes 1…255
   */
  public record Predictions(Buffer values, Kind kind, long passes, int classes, long voxels) {
    public Predictions {
      Objects.requireNonNull(kind, "kind");
      if (passes < 1 || classes < 1 || classes > 255 || voxels < 0) {
        throw new IllegalArgumentException(
            "%d passes, %d classes, %d voxels".formatted(passes, classes, voxels));
      }
      new CallArrays().input("input", values, passes, classes, voxels, 4);
    }
  }

  public VoxelEntropy {
    long voxels = predictions.voxels;
    int classes = predictions.classes;
    new CallArrays()
        .input("input", predictions.values, predictions.passes, classes, voxels, 4)
        .output("mean", mean, classes, voxels, 4)
        .output("entropy", entropy, voxels, 4)
        .output("labels", labels, voxels)
        .output("mutual information", mutualInformation, voxels, 4);
  }

  /** A call that writes nothing yet. */
  public static VoxelEntropy of(Predictions predictions) {
    return new VoxelEntropy(
        predictions, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Of logits; writes nothing yet. */
  public static VoxelEntropy ofLogits(Buffer logits, long passes, int classes, long voxels) {
    return of(new Predictions(logits, Kind.LOGITS, passes, classes, voxels));
  }

  /** Of probabilities; writes nothing yet. */
  public static VoxelEntropy ofProbabilities(
      Buffer probabilities, long passes, int classes, long voxels) {
    return of(new Predictions(probabilities, Kind.PROBABILITIES, passes, classes, voxels));
  }

  /** Writes the mean probability. */
  public VoxelEntropy meanInto(Buffer memory) {
    return new VoxelEntropy(predictions, Optional.of(memory), entropy, labels, mutualInformation);
  }

  /** Writes the entropy. */
  public VoxelEntropy entropyInto(Buffer memory) {
    return new VoxelEntropy(predictions, mean, Optional.of(memory), labels, mutualInformation);
  }

  /** Writes the labels. */
  public VoxelEntropy labelsInto(Buffer memory) {
    return new VoxelEntropy(predictions, mean, entropy, Optional.of(memory), mutualInformation);
  }

  /** Writes the mutual information. */
  public VoxelEntropy mutualInformationInto(Buffer memory) {
    return new VoxelEntropy(predictions, mean, entropy, labels, Optional.of(memory));
  }
}
