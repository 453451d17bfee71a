package org.onelabel.volumes;

import java.util.Arrays;

/**
 * The map from voxel indices to millimetres (x to the right, y to the front, z up): the first three
 * rows of a 4×4 matrix, row-major, 12 values. Immutable.
 */
public final class Affine {
  private final double[] rows;

  private Affine(double[] rows) {
    this.rows = rows;
  }

  /** The affine with these 12 row-major values. */
  public static Affine of(double... rows) {
    if (rows.length != 12) {
      throw new IllegalArgumentException("an affine has 12 values, not " + rows.length);
    }
    return new Affine(rows.clone());
  }

  /** Axes along x, y, z, the given voxel edge lengths in millimetres, origin 0. */
  public static Affine ofSpacing(double x, double y, double z) {
    return new Affine(new double[] {x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0});
  }

  /** The value in {@code row} 0…2, {@code column} 0…3. */
  public double at(int row, int column) {
    return rows[4 * row + column];
  }

  /** Millimetres between neighbouring voxels along voxel axis 0, 1 or 2. */
  public double spacing(int axis) {
    return Math.sqrt(
        at(0, axis) * at(0, axis) + at(1, axis) * at(1, axis) + at(2, axis) * at(2, axis));
  }

  /** The determinant of the 3×3 part, in mm³. */
  public double determinant() {
    return at(0, 0) * (at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1))
        - at(0, 1) * (at(1, 0) * at(2, 2) - at(1, 2) * at(2, 0))
        + at(0, 2) * (at(1, 0) * at(2, 1) - at(1, 1) * at(2, 0));
  }

  /** True when every value is finite and no axis is lost. */
  public boolean isInvertible() {
    for (double value : rows) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    double scale = spacing(0) * spacing(1) * spacing(2);
    return scale > 0 && Math.abs(determinant()) > 1e-6 * scale;
  }

  /** The 12 values, row-major; a copy. */
  public double[] values() {
    return rows.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Affine affine && Arrays.equals(rows, affine.rows);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(rows);
  }

  @Override
  public String toString() {
    return Arrays.toString(rows);
  }
}
