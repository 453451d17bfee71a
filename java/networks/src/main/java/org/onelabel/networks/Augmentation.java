package org.onelabel.networks;

/** How training patches are varied. */
public enum Augmentation {
  /** Random position only. */
  NONE,
  /** As published: rotation by k·90° in the x–y plane and a flip along x or y. */
  PUBLISHED,
  /**
   * What anatomy and scanners do: small rotations, scales and elastic deformation, and changes of
   * contrast, brightness, bias field, sharpness and noise; orientation stays.
   */
  ANATOMICAL
}
