package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Cosine of every feature vector with every prototype; 0 where either is the zero vector.
 *
 * @param features N vectors of D values
 * @param prototypes classes × D, float32, finite
 * @param classes 1…255
 * @param scores classes × N float32 out, or null
 * @param labels N bytes out, the argmax (lowest class on a tie), 255 for a vector that is not
 *     finite; or null
 * @param margins N float32 out, best minus second score; or null
 */
public record PrototypeCosine(
    FeatureMatrix features,
    MemorySegment prototypes,
    int classes,
    MemorySegment scores,
    MemorySegment labels,
    MemorySegment margins) {

  public PrototypeCosine {
    Objects.requireNonNull(features, "features");
    if (classes < 1 || classes > 255 || (margins != null && classes < 2)) {
      throw new IllegalArgumentException(
          "classes are 1 to 255, with margins 2 at least: " + classes);
    }
    long count = features.count();
    new Buffers()
        .input("features", features.data(), features.bytes())
        .input("prototypes", prototypes, classes, features.dimension(), 4)
        .optionalOutput("scores", scores, classes, count, 4)
        .optionalOutput("labels", labels, count)
        .optionalOutput("margins", margins, count, 4);
  }
}
