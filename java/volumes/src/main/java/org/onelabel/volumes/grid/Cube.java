package org.onelabel.volumes.grid;

/**
 * The eight voxels around a place, and where between them it lies; beyond the first and the last
 * voxel of an axis the edge repeats.
 *
 * @param first index of the lowest voxel
 * @param stepX to the index of its neighbour along x; 0 at the edge, and so on
 * @param shareX of that neighbour, 0 to 1, and so on
 */
record Cube(int first, int stepX, int stepY, int stepZ, float shareX, float shareY, float shareZ) {

  /** Around a place, in voxels. */
  static Cube around(Extent extent, double x, double y, double z) {
    int sizeX = extent.sizeX();
    int sizeY = extent.sizeY();
    int sizeZ = extent.sizeZ();
    double px = Math.clamp(x, 0, sizeX - 1);
    double py = Math.clamp(y, 0, sizeY - 1);
    double pz = Math.clamp(z, 0, sizeZ - 1);
    int ix = (int) px;
    int iy = (int) py;
    int iz = (int) pz;
    return new Cube(
        (ix * sizeY + iy) * sizeZ + iz,
        ix < sizeX - 1 ? sizeY * sizeZ : 0,
        iy < sizeY - 1 ? sizeZ : 0,
        iz < sizeZ - 1 ? 1 : 0,
        (float) (px - ix),
        (float) (py - iy),
        (float) (pz - iz));
  }

  /** The trilinear value of a channel where each voxel has {@code channels} beside each other. */
  float value(float[] values, int channels, int channel) {
    int i = first * channels + channel;
    int j = i + stepX * channels;
    int ny = stepY * channels;
    int nz = stepZ * channels;
    float v00 = values[i] + shareZ * (values[i + nz] - values[i]);
    float v01 = values[i + ny] + shareZ * (values[i + ny + nz] - values[i + ny]);
    float v10 = values[j] + shareZ * (values[j + nz] - values[j]);
    float v11 = values[j + ny] + shareZ * (values[j + ny + nz] - values[j + ny]);
    float v0 = v00 + shareY * (v01 - v00);
    return v0 + shareX * (v10 + shareY * (v11 - v10) - v0);
  }
}
