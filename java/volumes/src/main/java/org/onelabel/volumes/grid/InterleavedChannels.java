package org.onelabel.volumes.grid;

import java.util.List;

/**
 * Several [x, y, z] arrays whose values of a voxel lie beside each other: what is between voxels is
 * found once for all of them. Immutable and thread-safe; the array is shared, not copied.
 *
 * @param values voxel by voxel, {@code channels} each
 */
public record InterleavedChannels(float[] values, int channels, Extent extent) {

  /** A copy of arrays of one extent. */
  public static InterleavedChannels of(List<float[]> channels, Extent extent) {
    int count = channels.size();
    float[] values = new float[Math.multiplyExact(count, extent.voxels())];
    for (int c = 0; c < count; c++) {
      float[] channel = channels.get(c);
      for (int i = 0; i < channel.length; i++) {
        values[i * count + c] = channel[i];
      }
    }
    return new InterleavedChannels(values, count, extent);
  }

  /**
   * Puts the value of every channel that {@link Interpolation#trilinear} gives into {@code into},
   * from {@code at} on.
   */
  public void trilinear(double x, double y, double z, float[] into, int at) {
    int sizeX = extent.sizeX();
    int sizeY = extent.sizeY();
    int sizeZ = extent.sizeZ();
    double px = Math.clamp(x, 0, sizeX - 1);
    double py = Math.clamp(y, 0, sizeY - 1);
    double pz = Math.clamp(z, 0, sizeZ - 1);
    int ix = (int) px;
    int iy = (int) py;
    int iz = (int) pz;
    float fx = (float) (px - ix);
    float fy = (float) (py - iy);
    float fz = (float) (pz - iz);
    int nx = ix < sizeX - 1 ? sizeY * sizeZ * channels : 0;
    int ny = iy < sizeY - 1 ? sizeZ * channels : 0;
    int nz = iz < sizeZ - 1 ? channels : 0;
    int first = ((ix * sizeY + iy) * sizeZ + iz) * channels;
    for (int c = 0; c < channels; c++) {
      int i = first + c;
      int j = i + nx;
      float v00 = values[i] + fz * (values[i + nz] - values[i]);
      float v01 = values[i + ny] + fz * (values[i + ny + nz] - values[i + ny]);
      float v10 = values[j] + fz * (values[j + nz] - values[j]);
      float v11 = values[j + ny] + fz * (values[j + ny + nz] - values[j + ny]);
      float v0 = v00 + fy * (v01 - v00);
      into[at + c] = v0 + fx * (v10 + fy * (v11 - v10) - v0);
    }
  }
}
