package org.onelabel.pipeline.features;

import java.util.List;
import org.onelabel.volumes.grid.Extent;

/** One vector for a whole volume, from dense channels: their means in each cell of a 4³ raster. */
final class GlobalDescriptor {
  private static final int RASTER = 4;

  private GlobalDescriptor() {}

  /** The vector, of length 1 (0 where every channel is 0). */
  static float[] of(List<float[]> channels, Extent cells) {
    int blocks = RASTER * RASTER * RASTER;
    float[] global = new float[channels.size() * blocks];
    int[] counts = new int[blocks];
    for (int c = 0; c < channels.size(); c++) {
      int n = 0;
      for (int x = 0; x < cells.sizeX(); x++) {
        for (int y = 0; y < cells.sizeY(); y++) {
          int row = (x * RASTER / cells.sizeX() * RASTER + y * RASTER / cells.sizeY()) * RASTER;
          for (int z = 0; z < cells.sizeZ(); z++) {
            int block = row + z * RASTER / cells.sizeZ();
            global[c * blocks + block] += channels.get(c)[n++];
            counts[block] += c == 0 ? 1 : 0;
          }
        }
      }
    }
    for (int i = 0; i < global.length; i++) {
      global[i] /= Math.max(1, counts[i % blocks]);
    }
    return normalised(global);
  }

  /** A copy of length 1. */
  static float[] normalised(float[] vector) {
    double square = 0;
    for (float value : vector) {
      square += (double) value * value;
    }
    float scale = square > 0 ? (float) (1 / Math.sqrt(square)) : 0;
    float[] result = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      result[i] = vector[i] * scale;
    }
    return result;
  }
}
