package org.onelabel.networks.augmentation;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How training patches are varied. */
public enum Augmentation {
  /** Random position only. */
  @JsonProperty("none")
  NONE(false),
  /** As published: rotation by k·90° in the x–y plane and a flip along x or y. */
  @JsonProperty("published")
  PUBLISHED(false),
  /**
   * What anatomy and scanners do: small rotations, scales and elastic deformation, and changes of
   * contrast, brightness, bias field, sharpness and noise; orientation stays.
   */
  @JsonProperty("anatomical")
  ANATOMICAL(true);

  private final boolean anatomical;

  Augmentation(boolean anatomical) {
    this.anatomical = anatomical;
  }

  /** Whether structures are sought, and intensities and positions change as well. */
  public boolean isAnatomical() {
    return anatomical;
  }
}
