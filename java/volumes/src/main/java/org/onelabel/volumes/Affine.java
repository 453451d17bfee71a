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

  /**
   * The anatomical direction that each voxel axis runs in, three letters such as {@code RAS}: right
   * or left, anterior or posterior, superior or inferior, each pair once. The axes of the closest
   * rotation take their strongest free direction one after the other, as in nibabel's {@code
   * aff2axcodes}. The affine must be invertible.
   */
  public String orientation() {
    String[] ends = {"RL", "AP", "SI"};
    double[][] rotation = closestRotation();
    boolean[] taken = new boolean[3];
    StringBuilder letters = new StringBuilder();
    for (int column = 0; column < 3; column++) {
      int strongest = -1;
      for (int row = 0; row < 3; row++) {
        if (!taken[row]
            && (strongest < 0
                || Math.abs(rotation[row][column]) > Math.abs(rotation[strongest][column]))) {
          strongest = row;
        }
      }
      taken[strongest] = true;
      letters.append(ends[strongest].charAt(rotation[strongest][column] > 0 ? 0 : 1));
    }
    return letters.toString();
  }

  /**
   * The rotation or reflection nearest to the directions of the voxel axes: the limit of the mean
   * of a matrix and its inverse transpose (Newton's iteration for the polar decomposition).
   */
  private double[][] closestRotation() {
    double[][] m = new double[3][3];
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) {
        m[row][column] = at(row, column) / spacing(column);
      }
    }
    double change = 1;
    for (int step = 0; step < 100 && change > 1e-14; step++) {
      double[][] cofactors = new double[3][3];
      for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 3; c++) {
          int r1 = (r + 1) % 3;
          int r2 = (r + 2) % 3;
          int c1 = (c + 1) % 3;
          int c2 = (c + 2) % 3;
          cofactors[r][c] = m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
        }
      }
      double determinant =
          m[0][0] * cofactors[0][0] + m[0][1] * cofactors[0][1] + m[0][2] * cofactors[0][2];
      change = 0;
      for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 3; c++) {
          double next = (m[r][c] + cofactors[r][c] / determinant) / 2;
          change = Math.max(change, Math.abs(next - m[r][c]));
          m[r][c] = next;
        }
      }
    }
    return m;
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
