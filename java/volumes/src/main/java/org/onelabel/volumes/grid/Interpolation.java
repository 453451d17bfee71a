package org.onelabel.volumes.grid;

/** Values of an [x, y, z] array between its voxels. */
public final class Interpolation {
  private Interpolation() {}

  /**
   * The trilinear value; beyond the first and the last voxel of an axis the edge repeats.
   *
   * @param x voxels along the first axis, and so on
   */
  public static float trilinear(float[] values, Extent extent, double x, double y, double z) {
    return Cube.around(extent, x, y, z).value(values, 1, 0);
  }

  /** The trilinear value; beyond the first and the last voxel of an axis lie zeros. */
  public static float trilinearInZeros(
      float[] values, Extent extent, double px, double py, double pz) {
    int x = (int) Math.floor(px);
    int y = (int) Math.floor(py);
    int z = (int) Math.floor(pz);
    float fx = (float) (px - x);
    float fy = (float) (py - y);
    float fz = (float) (pz - z);
    if (extent.contains(x, y, z) && extent.contains(x + 1, y + 1, z + 1)) {
      int stepY = extent.stride(1);
      int i = extent.index(x, y, z);
      int j = i + extent.stride(0);
      float v00 = values[i] + fz * (values[i + 1] - values[i]);
      float v01 = values[i + stepY] + fz * (values[i + stepY + 1] - values[i + stepY]);
      float v10 = values[j] + fz * (values[j + 1] - values[j]);
      float v11 = values[j + stepY] + fz * (values[j + stepY + 1] - values[j + stepY]);
      float v0 = v00 + fy * (v01 - v00);
      return v0 + fx * (v10 + fy * (v11 - v10) - v0);
    }
    float sum = 0;
    for (int corner = 0; corner < 8; corner++) {
      int cx = x + (corner >> 2);
      int cy = y + (corner >> 1 & 1);
      int cz = z + (corner & 1);
      if (extent.contains(cx, cy, cz)) {
        float share =
            ((corner & 4) != 0 ? fx : 1 - fx)
                * ((corner & 2) != 0 ? fy : 1 - fy)
                * ((corner & 1) != 0 ? fz : 1 - fz);
        sum += share * values[extent.index(cx, cy, cz)];
      }
    }
    return sum;
  }

  /** The index of the nearest voxel; −1 outside the grid. */
  public static int nearest(Extent extent, double px, double py, double pz) {
    int x = (int) Math.rint(px);
    int y = (int) Math.rint(py);
    int z = (int) Math.rint(pz);
    return extent.contains(x, y, z) ? extent.index(x, y, z) : -1;
  }
}
