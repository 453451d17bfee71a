package org.onelabel.volumes.grid;

import java.util.List;

/**
 * Several [x, y, z] arrays whose values of a voxel lie beside each other: what is between voxels is
 * found once for all of them. A rim of one voxel that repeats the edge spares every look at where
 * an array ends. Immutable and thread-safe; the array is shared, not copied.
 *
 * @param values voxel by voxel, {@code channels} each
 * @param rimmed voxels of the arrays and of the rim around them
 */
public record InterleavedChannels(float[] values, int channels, Extent rimmed) {

  /** A copy of arrays of one extent. */
  public static InterleavedChannels of(List<float[]> channels, Extent extent) {
    int count = channels.size();
    Extent rimmed = new Extent(extent.sizeX() + 2, extent.sizeY() + 2, extent.sizeZ() + 2);
    float[] values = new float[Math.multiplyExact(count, rimmed.voxels())];
    int next = 0;
    for (int x = 0; x < rimmed.sizeX(); x++) {
      int cx = Math.clamp(x - 1, 0, extent.sizeX() - 1);
      for (int y = 0; y < rimmed.sizeY(); y++) {
        int cy = Math.clamp(y - 1, 0, extent.sizeY() - 1);
        for (int z = 0; z < rimmed.sizeZ(); z++) {
          int i = extent.index(cx, cy, Math.clamp(z - 1, 0, extent.sizeZ() - 1));
          for (float[] channel : channels) {
            values[next++] = channel[i];
          }
        }
      }
    }
    return new InterleavedChannels(values, count, rimmed);
  }

  /**
   * Puts the value of every channel that {@link Interpolation#trilinear} gives into {@code into},
   * from {@code at} on.
   *
   * @param x voxels along the first axis, less than one before the first or after the last; and so
   *     on
   */
  public void trilinear(double x, double y, double z, float[] into, int at) {
    int ix = (int) (x + 1);
    int iy = (int) (y + 1);
    int iz = (int) (z + 1);
    float shareX = (float) (x + 1 - ix);
    float shareY = (float) (y + 1 - iy);
    float shareZ = (float) (z + 1 - iz);
    int stepY = rimmed.sizeZ() * channels;
    int stepX = rimmed.sizeY() * stepY;
    int first = ix * stepX + iy * stepY + iz * channels;
    for (int c = 0; c < channels; c++) {
      int i = first + c;
      int j = i + stepX;
      float v00 = values[i] + shareZ * (values[i + channels] - values[i]);
      float v01 = values[i + stepY] + shareZ * (values[i + stepY + channels] - values[i + stepY]);
      float v10 = values[j] + shareZ * (values[j + channels] - values[j]);
      float v11 = values[j + stepY] + shareZ * (values[j + stepY + channels] - values[j + stepY]);
      float v0 = v00 + shareY * (v01 - v00);
      into[at + c] = v0 + shareX * (v10 + shareY * (v11 - v10) - v0);
    }
  }
}
