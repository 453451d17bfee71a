package org.onelabel.volumes.format.nifti;

import java.util.Optional;

/**
 * The scl_slope and scl_inter of a NIfTI header: the value of a voxel is its stored number times
 * the slope, plus the intercept.
 */
record NiftiScaling(double slope, double intercept) {

  /** Why voxels have no value; empty where they have one. */
  Optional<String> fault() {
    return isScaling() && !Double.isFinite(intercept)
        ? Optional.of("scl_slope is " + slope + ", but scl_inter " + intercept)
        : Optional.empty();
  }

  /** What counts: a slope of 0, NaN or infinity scales nothing, and shifts nothing. */
  NiftiScaling inEffect() {
    return isScaling() ? this : new NiftiScaling(1, 0);
  }

  private boolean isScaling() {
    return slope != 0 && Double.isFinite(slope);
  }

  /** The value that a stored number stands for. */
  double apply(double stored) {
    return stored * slope + intercept;
  }
}
