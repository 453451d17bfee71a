package org.onelabel.volumes.grid;

/** Values of an [x, y, z] array between its voxels. */
public final class Interpolation {
  private Interpolation() {}

  /**
   * The trilinear value; beyond the first and the last voxel of an axis the edge repeats.
   *
   * @param x voxels along the first axis, and so on
   */
  public static float trilinear(float[] values, int[] shape, double x, double y, double z) {
    double px = Math.clamp(x, 0, shape[0] - 1);
    double py = Math.clamp(y, 0, shape[1] - 1);
    double pz = Math.clamp(z, 0, shape[2] - 1);
    int ix = (int) px;
    int iy = (int) py;
    int iz = (int) pz;
    float fx = (float) (px - ix);
    float fy = (float) (py - iy);
    float fz = (float) (pz - iz);
    int nx = ix < shape[0] - 1 ? shape[1] * shape[2] : 0;
    int ny = iy < shape[1] - 1 ? shape[2] : 0;
    int nz = iz < shape[2] - 1 ? 1 : 0;
    int i = (ix * shape[1] + iy) * shape[2] + iz;
    int j = i + nx;
    float v00 = values[i] + fz * (values[i + nz] - values[i]);
    float v01 = values[i + ny] + fz * (values[i + ny + nz] - values[i + ny]);
    float v10 = values[j] + fz * (values[j + nz] - values[j]);
    float v11 = values[j + ny] + fz * (values[j + ny + nz] - values[j + ny]);
    float v0 = v00 + fy * (v01 - v00);
    return v0 + fx * (v10 + fy * (v11 - v10) - v0);
  }
}
