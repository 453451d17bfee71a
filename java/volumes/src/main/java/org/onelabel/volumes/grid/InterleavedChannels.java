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
    Cube cube = Cube.around(extent, x, y, z);
    for (int c = 0; c < channels; c++) {
      into[at + c] = cube.value(values, channels, c);
    }
  }
}
