package org.onelabel.kernels;

import java.util.Objects;
import java.util.Optional;

/**
 * Cosine of every feature vector with every prototype; 0 where either is the zero vector. {@link
 * #of} makes a call without outputs; the other methods give calls with more.
 *
 * @param features N vectors of D values
 * @param prototypes classes × D, float32, finite
 * @param classes 1…255
 * @param scores classes × N float32 out
 * @param labels N bytes out, the argmax (lowest class on a tie), 255 for a vector that is not
 *     finite
 * @param margins N float32 out, best minus second score
 */
public record PrototypeCosine(
    FeatureMatrix features,
    Buffer prototypes,
    int classes,
    Optional<Buffer> scores,
    Optional<Buffer> labels,
    Optional<Buffer> margins) {

  public PrototypeCosine {
    Objects.requireNonNull(features, "features");
    if (classes < 1 || classes > 255 || (margins.isPresent() && classes < 2)) {
      throw new IllegalArgumentException(
          "classes are 1 to 255, with margins 2 at least: " + classes);
    }
    long count = features.count();
    new CallArrays()
        .input("features", features.data(), features.bytes())
        .input("prototypes", prototypes, classes, features.dimension(), 4)
        .output("scores", scores, classes, count, 4)
        .output("labels", labels, count)
        .output("margins", margins, count, 4);
  }

  /** A call that writes nothing yet. */
  public static PrototypeCosine of(FeatureMatrix features, Buffer prototypes, int classes) {
    return new PrototypeCosine(
        features, prototypes, classes, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Writes the scores. */
  public PrototypeCosine scoresInto(Buffer memory) {
    return new PrototypeCosine(features, prototypes, classes, Optional.of(memory), labels, margins);
  }

  /** Writes the labels. */
  public PrototypeCosine labelsInto(Buffer memory) {
    return new PrototypeCosine(features, prototypes, classes, scores, Optional.of(memory), margins);
  }

  /** Writes the margins. */
  public PrototypeCosine marginsInto(Buffer memory) {
    return new PrototypeCosine(features, prototypes, classes, scores, labels, Optional.of(memory));
  }
}
