package org.onelabel.volumes.format;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.SpatialHeader;

/**
 * The spatial fields of a NIfTI header as they stood in the file, so that a result is written back
 * into exactly the same space. {@code quaternion} holds b, c, d and the three offsets; {@code
 * sform} the three rows.
 *
 * <p>Where these fields break the rules, they mean what nibabel takes them for: codes outside 0…5
 * count as 0, a voxel side of 0 as 1 and a negative one as its absolute value, and a qfac other
 * than −1 as 1. (nifti_clib takes any code above 0 as valid, any side that is not positive as 1,
 * and any negative qfac as −1.)
 */
record NiftiSpace(
    int version,
    double qfac,
    List<Double> spacing,
    int qformCode,
    List<Double> quaternion,
    int sformCode,
    List<Double> sform,
    int units)
    implements SpatialHeader {

  private static final int MILLIMETRES = 2;
  private static final int HIGHEST_CODE = 5;
  private static final List<Double> NO_QFORM = List.of(0.0, 0.0, 0.0, 0.0, 0.0, 0.0);

  /**
   * The fields that a grid came from; where it came from no NIfTI file, an sform of its affine, or
   * the voxel sides alone where that is all that is known.
   */
  static NiftiSpace of(Geometry geometry) {
    if (geometry.header() instanceof NiftiSpace space) {
      return space;
    }
    Affine affine = geometry.affine();
    List<Double> rows =
        geometry.isPlaced()
            ? Arrays.stream(affine.values()).boxed().toList()
            : Collections.nCopies(12, 0.0);
    return new NiftiSpace(
        1, 1, sides(affine), 0, NO_QFORM, geometry.isPlaced() ? 1 : 0, rows, MILLIMETRES);
  }

  private static List<Double> sides(Affine affine) {
    return List.of(affine.spacing(0), affine.spacing(1), affine.spacing(2));
  }

  @Override
  public boolean isPlaced() {
    return hasSform() || hasQform();
  }

  private boolean hasSform() {
    return sformCode > 0 && sformCode <= HIGHEST_CODE;
  }

  private boolean hasQform() {
    return qformCode > 0 && qformCode <= HIGHEST_CODE;
  }

  /** Why there is no affine; empty where there is one. */
  Optional<String> fault() {
    if (!hasSform() && hasQform() && squareOfA() < leastSquareOfA()) {
      return Optional.of(
          "the qform's quaternion %s, %s, %s is longer than 1"
              .formatted(quaternion.get(0), quaternion.get(1), quaternion.get(2)));
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
    if (hasSform()) {
      double[] rows = new double[12];
      for (int i = 0; i < 12; i++) {
        rows[i] = unit * sform.get(i);
      }
      return Affine.of(rows);
    }
    double dx = unit * side(0);
    double dy = unit * side(1);
    double dz = unit * side(2);
    if (!hasQform()) {
      return Affine.ofSpacing(dx, dy, dz);
    }
    double a = Math.sqrt(Math.max(0, squareOfA()));
    double b = quaternion.get(0);
    double c = quaternion.get(1);
    double d = quaternion.get(2);
    // A quaternion that rounding made longer than 1 turns, and does not stretch.
    double two = 2 / (a * a + b * b + c * c + d * d);
    dz *= qfac == -1 ? -1 : 1;
    return Affine.of(
        (1 - two * (c * c + d * d)) * dx,
        two * (b * c - a * d) * dy,
        two * (b * d + a * c) * dz,
        unit * quaternion.get(3),
        two * (b * c + a * d) * dx,
        (1 - two * (b * b + d * d)) * dy,
        two * (c * d - a * b) * dz,
        unit * quaternion.get(4),
        two * (b * d - a * c) * dx,
        two * (c * d + a * b) * dy,
        (1 - two * (b * b + c * c)) * dz,
        unit * quaternion.get(5));
  }

  private double side(int axis) {
    double side = spacing.get(axis);
    return side == 0 ? 1 : Math.abs(side);
  }

  /** a² = 1 − b² − c² − d². Exact up to the end: half turns have 0 here, and rounding shows. */
  private double squareOfA() {
    BigDecimal rest = BigDecimal.ONE;
    for (double part : quaternion.subList(0, 3)) {
      if (Double.isNaN(part)) {
        return Double.NaN;
      }
      if (Double.isInfinite(part)) {
        return Double.NEGATIVE_INFINITY;
      }
      rest = rest.subtract(new BigDecimal(part).pow(2));
    }
    return rest.doubleValue();
  }

  /** What three rounded squares may take from 1 in the precision of the file. */
  private double leastSquareOfA() {
    return -3 * (version == 1 ? Math.ulp(1f) : Math.ulp(1.0));
  }
}
