package org.onelabel.volumes.format.nifti;

import java.util.List;
import java.util.Optional;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.SpatialHeader;

/**
 * The spatial fields of a NIfTI header as they stood in the file, so that a result is written back
 * into exactly the same space.
 *
 * <p>Where these fields break the rules, they mean what nibabel takes them for: codes outside 0…5
 * count as 0, a voxel side of 0 as 1 and a negative one as its absolute value, and a qfac other
 * than −1 as 1. (nifti_clib takes any code above 0 as valid, any side that is not positive as 1,
 * and any negative qfac as −1.)
 */
record NiftiSpace(int version, List<Double> spacing, NiftiQform qform, NiftiSform sform, int units)
    implements SpatialHeader {

  private static final int MILLIMETRES = 2;
  private static final int HIGHEST_CODE = 5;

  /**
   * The fields that a grid came from; where it came from no NIfTI file, an sform of its affine, or
   * the voxel sides alone where that is all that is known.
   */
  static NiftiSpace of(Geometry geometry) {
    if (geometry.header() instanceof NiftiSpace space) {
      return space;
    }
    Affine affine = geometry.affine();
    return new NiftiSpace(
        1,
        List.of(affine.spacing(0), affine.spacing(1), affine.spacing(2)),
        NiftiQform.NONE,
        geometry.isPlaced() ? NiftiSform.of(affine) : NiftiSform.NONE,
        MILLIMETRES);
  }

  /** Whether the code of a qform or an sform says that there is one. */
  static boolean isCode(int code) {
    return code > 0 && code <= HIGHEST_CODE;
  }

  @Override
  public boolean isPlaced() {
    return sform.isCoded() || qform.isCoded();
  }

  /** Why there is no affine; empty where there is one. */
  Optional<String> fault() {
    Optional<String> rotation =
        !sform.isCoded() && qform.isCoded() ? qform.fault(version) : Optional.empty();
    if (rotation.isPresent()) {
      return rotation;
    }
    Affine affine = affine();
    return affine.isInvertible()
        ? Optional.empty()
        : Optional.of("the affine is singular or not finite: " + affine);
  }

  /**
   * The affine in millimetres by the NIfTI rules: sform if coded, else qform if coded, else the
   * voxel sides alone (METHOD 1 of nifti1.h: no turn, no flip, the first voxel at 0; nibabel
   * centres such volumes and runs x to the left, which is no more than a guess). Metres and
   * micrometres of xyzt_units are converted, which nibabel leaves to its caller.
   */
  Affine affine() {
    double unit = (units & 7) == 1 ? 1000 : (units & 7) == 3 ? 0.001 : 1;
    if (sform.isCoded()) {
      return sform.affine(unit);
    }
    double dx = unit * side(0);
    double dy = unit * side(1);
    double dz = unit * side(2);
    return qform.isCoded() ? qform.affine(dx, dy, dz, unit) : Affine.ofSpacing(dx, dy, dz);
  }

  private double side(int axis) {
    double side = spacing.get(axis);
    return side == 0 ? 1 : Math.abs(side);
  }
}
