package org.onelabel.networks.augmentation;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How training patches are varied. */
public enum Augmentation {
  /** Random position only. */
  @JsonProperty("none")
  NONE,
  /** As published: rotation by k·90° in the x–y plane and a flip along x or y. */
  @JsonProperty("published")
  PUBLISHED,
  /**
   * What anatomy and scanners do: small rotations, scales and elastic deformation, and changes of
   * contrast, brightness, bias field, sharpness and noise; orientation stays.
   */
  @JsonProperty("anatomical")
  ANATOMICAL
}
