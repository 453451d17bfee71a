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
    Cube cube =
        new Cube(
            rimmed.index(ix, iy, iz),
            rimmed.stride(0),
            rimmed.stride(1),
            1,
            (float) (x + 1 - ix),
            (float) (y + 1 - iy),
            (float) (z + 1 - iz));
    for (int c = 0; c < channels; c++) {
      into[at + c] = cube.value(values, channels, c);
    }
  }
}
