package org.onelabel.networks.methods;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a semi-supervised method is told. What is wrong is an {@link IllegalArgumentException} that
 * begins with the setting's name in JSON.
 *
 * @param kind which one
 * @param generalist checkpoint of SAM-Med3D, for methods that ask it; else empty
 * @param averageDecay of the teacher, 0…1
 * @param consistency final weight of the consistency term, not negative; 0 trains without a
 *     teacher's opinion
 * @param consistencyRamp its ramp, in units of 150 iterations
 */
public record MethodSettings(
    @JsonProperty("method") MethodKind kind,
    String generalist,
    double averageDecay,
    double consistency,
    double consistencyRamp) {

  public MethodSettings {
    if (kind.needsGeneralist() && generalist.isEmpty()) {
      throw new IllegalArgumentException(
          "method asks SAM-Med3D: name its checkpoint with training.generalist");
    }
    if (!(averageDecay >= 0 && averageDecay <= 1)) {
      throw new IllegalArgumentException("averageDecay is 0 to 1, not " + averageDecay);
    }
    if (!(consistency >= 0)) {
      throw new IllegalArgumentException("consistency must be 0 at least, not " + consistency);
    }
  }

  /** The settings of the paper. */
  public static MethodSettings published() {
    return new MethodSettings(MethodKind.MEAN_TEACHER, "", 0.99, 0.1, 200);
  }
}
