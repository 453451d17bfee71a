package org.onelabel.networks.methods;

/**
 * What a semi-supervised method is told.
 *
 * @param kind which one
 * @param consistency final weight of the consistency term, not negative; 0 trains without a
 *     teacher's opinion
 * @param consistencyRamp its ramp, in units of 150 iterations
 * @param averageDecay of the teacher, 0…1
 * @param pseudo final weight of the pseudo-label term, not negative; 0 trains without pseudo-labels
 * @param generalist checkpoint of SAM-Med3D, for methods that ask it; else empty
 */
public record MethodSettings(
    MethodKind kind,
    double consistency,
    double consistencyRamp,
    double averageDecay,
    double pseudo,
    String generalist) {

  public MethodSettings {
    if (!(consistency >= 0 && pseudo >= 0)) {
      throw new IllegalArgumentException(
          "weights of a loss are not negative: %s, %s".formatted(consistency, pseudo));
    }
    if (!(averageDecay >= 0 && averageDecay <= 1)) {
      throw new IllegalArgumentException("a decay is 0 to 1, not " + averageDecay);
    }
    if (kind.needsGeneralist() && generalist.isEmpty()) {
      throw new IllegalArgumentException("the method asks SAM-Med3D: it needs a checkpoint");
    }
  }

  /** The settings of the paper. */
  public static MethodSettings published() {
    return new MethodSettings(MethodKind.MEAN_TEACHER, 0.1, 200, 0.99, 1, "");
  }
}
