package org.onelabel.volumes.format.nifti;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.onelabel.volumes.Affine;

/**
 * The qform of a NIfTI header as it stood in the file: a rotation and an offset, beside the voxel
 * sides.
 *
 * @param code whether and of which space it is
 * @param qfac −1 where the third axis is turned round
 * @param quaternion b, c, d and the three offsets
 */
record NiftiQform(int code, double qfac, List<Double> quaternion) {
  /** What a header without a qform holds. */
  static final NiftiQform NONE = new NiftiQform(0, 1, List.of(0.0, 0.0, 0.0, 0.0, 0.0, 0.0));

  boolean isCoded() {
    return NiftiSpace.isCode(code);
  }

  /** Why there is no rotation in a header of this version; empty where there is one. */
  Optional<String> fault(int version) {
    return squareOfA() < leastSquareOfA(version)
        ? Optional.of(
            "the qform's quaternion %s, %s, %s is longer than 1"
                .formatted(quaternion.get(0), quaternion.get(1), quaternion.get(2)))
        : Optional.empty();
  }

  /**
   * The affine of voxels with the sides {@code dx}, {@code dy}, {@code dz} millimetres.
   *
   * @param unit millimetres of one unit of the offsets
   */
  Affine affine(double dx, double dy, double dz, double unit) {
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
  private static double leastSquareOfA(int version) {
    return -3 * (version == 1 ? Math.ulp(1f) : Math.ulp(1.0));
  }
}
