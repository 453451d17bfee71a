package org.onelabel.pipeline.registration.frame;

import java.util.Arrays;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Interpolation;
import org.onelabel.volumes.grid.LabelArray;
import org.onelabel.volumes.grid.VoxelArray;

/**
 * Where each voxel of a frame lies in a scan: an affine map from voxel indices to voxel indices.
 * Immutable.
 */
public final class Placement {
  private final double[] rows;

  private Placement(double[] rows) {
    this.rows = rows;
  }

  /** The map with these 12 row-major values: a 3×3 matrix, each row followed by its shift. */
  public static Placement of(double... rows) {
    if (rows.length != 12) {
      throw new IllegalArgumentException("a placement has 12 values, not " + rows.length);
    }
    return new Placement(rows.clone());
  }

  /** A map that only shifts. */
  public static Placement shift(double x, double y, double z) {
    return new Placement(new double[] {1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z});
  }

  /** The 12 row-major values; a fresh array. */
  public double[] rows() {
    return rows.clone();
  }

  /** Coordinate {@code axis} in the scan of a place in the frame. */
  public double map(int axis, double x, double y, double z) {
    int row = 4 * axis;
    return rows[row] * x + rows[row + 1] * y + rows[row + 2] * z + rows[row + 3];
  }

  /** The way back: where each voxel of the scan lies in the frame. */
  public Placement inverse() {
    double[] r = rows;
    double determinant =
        r[0] * (r[5] * r[10] - r[6] * r[9])
            - r[1] * (r[4] * r[10] - r[6] * r[8])
            + r[2] * (r[4] * r[9] - r[5] * r[8]);
    double[] m = new double[12];
    m[0] = (r[5] * r[10] - r[6] * r[9]) / determinant;
    m[1] = (r[2] * r[9] - r[1] * r[10]) / determinant;
    m[2] = (r[1] * r[6] - r[2] * r[5]) / determinant;
    m[4] = (r[6] * r[8] - r[4] * r[10]) / determinant;
    m[5] = (r[0] * r[10] - r[2] * r[8]) / determinant;
    m[6] = (r[2] * r[4] - r[0] * r[6]) / determinant;
    m[8] = (r[4] * r[9] - r[5] * r[8]) / determinant;
    m[9] = (r[1] * r[8] - r[0] * r[9]) / determinant;
    m[10] = (r[0] * r[5] - r[1] * r[4]) / determinant;
    for (int a = 0; a < 3; a++) {
      m[4 * a + 3] = -(m[4 * a] * r[3] + m[4 * a + 1] * r[7] + m[4 * a + 2] * r[11]);
    }
    return new Placement(m);
  }

  /** Whether voxels of the one are voxels of the other: it shifts by whole voxels alone. */
  public boolean isWholeShift() {
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        if (rows[4 * a + b] != (a == b ? 1 : 0)) {
          return false;
        }
      }
      if (rows[4 * a + 3] != Math.rint(rows[4 * a + 3])) {
        return false;
      }
    }
    return true;
  }

  /** What is done at a voxel of a frame that lies at x, y, z of the scan. */
  @FunctionalInterface
  public interface Visit {
    void at(int voxel, double x, double y, double z);
  }

  /** Visits every voxel of a frame in its order. */
  public void forEach(Extent frame, Visit visit) {
    int voxel = 0;
    for (int x = 0; x < frame.sizeX(); x++) {
      for (int y = 0; y < frame.sizeY(); y++) {
        for (int z = 0; z < frame.sizeZ(); z++) {
          visit.at(voxel++, map(0, x, y, z), map(1, x, y, z), map(2, x, y, z));
        }
      }
    }
  }

  /** Values of a scan at the voxels of a frame, trilinear; outside the scan its edge repeats. */
  public VoxelArray pull(VoxelArray scan, Extent frame) {
    float[] result = new float[frame.voxels()];
    forEach(
        frame,
        (voxel, x, y, z) ->
            result[voxel] = Interpolation.trilinear(scan.values(), scan.extent(), x, y, z));
    return new VoxelArray(frame, result);
  }

  /** Classes of a scan at the voxels of a frame: the nearest voxel's, 0 outside the scan. */
  public LabelArray pull(LabelArray scan, Extent frame) {
    return pull(scan, frame, (byte) 0);
  }

  /** The same with another class outside the scan. */
  public LabelArray pull(LabelArray scan, Extent frame, byte outside) {
    byte[] result = new byte[frame.voxels()];
    forEach(
        frame,
        (voxel, x, y, z) -> {
          int nearest = Interpolation.nearest(scan.extent(), x, y, z);
          result[voxel] = nearest < 0 ? outside : scan.labels()[nearest];
        });
    return new LabelArray(frame, result);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Placement p && Arrays.equals(rows, p.rows);
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
