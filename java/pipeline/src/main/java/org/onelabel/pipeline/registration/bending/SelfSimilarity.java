package org.onelabel.pipeline.registration.bending;

import java.util.ArrayList;
import java.util.List;
import org.onelabel.pipeline.registration.frame.Cells;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Smoothing;

/**
 * MIND-SSC (Heinrich et al., MICCAI 2013): how much pairs of a place's six neighbours differ, 12
 * values in 0…1 for each place. They depend on structure, not on contrast or brightness.
 */
final class SelfSimilarity {
  private static final int[][] NEIGHBOURS = {
    {1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}
  };

  /** Distance of the neighbours and smoothing of differences, in the finest cells. */
  private static final double REACH = 2;

  private static final double SMOOTHING = 1;

  private SelfSimilarity() {}

  /** The 12 values of every cell, one array each. */
  static List<float[]> of(float[] values, Extent extent, Cells cells) {
    int[] reach = new int[3];
    double[] sigma = new double[3];
    for (int a = 0; a < 3; a++) {
      double share = cells.finest() / cells.sides()[a];
      reach[a] = Math.max(1, (int) Math.rint(REACH * share));
      sigma[a] = Math.clamp(SMOOTHING * share, 0.5, 1);
    }
    List<float[]> differences = new ArrayList<>();
    for (int i = 0; i < NEIGHBOURS.length; i++) {
      for (int j = i + 1; j < NEIGHBOURS.length; j++) {
        if (i / 2 != j / 2) {
          differences.add(difference(values, extent, shifts(i, reach), shifts(j, reach), sigma));
        }
      }
    }
    standardise(differences);
    return differences;
  }

  private static int[] shifts(int neighbour, int[] reach) {
    int[] shift = new int[3];
    for (int a = 0; a < 3; a++) {
      shift[a] = NEIGHBOURS[neighbour][a] * reach[a];
    }
    return shift;
  }

  private static float[] difference(
      float[] values, Extent extent, int[] one, int[] other, double[] sigma) {
    float[] result = new float[values.length];
    int sizeX = extent.sizeX();
    int sizeY = extent.sizeY();
    int sizeZ = extent.sizeZ();
    int n = 0;
    for (int x = 0; x < sizeX; x++) {
      int x1 = Math.clamp(x + one[0], 0, sizeX - 1);
      int x2 = Math.clamp(x + other[0], 0, sizeX - 1);
      for (int y = 0; y < sizeY; y++) {
        int row1 = extent.index(x1, Math.clamp(y + one[1], 0, sizeY - 1), 0);
        int row2 = extent.index(x2, Math.clamp(y + other[1], 0, sizeY - 1), 0);
        for (int z = 0; z < sizeZ; z++, n++) {
          float d =
              values[row1 + Math.clamp(z + one[2], 0, sizeZ - 1)]
                  - values[row2 + Math.clamp(z + other[2], 0, sizeZ - 1)];
          result[n] = d * d;
        }
      }
    }
    return Smoothing.gaussian(result, extent, sigma);
  }

  /** exp(−(d − least)/mean) of the differences d of each cell, its mean kept from being 0. */
  private static void standardise(List<float[]> differences) {
    int count = differences.size();
    int cells = differences.getFirst().length;
    float[] mean = new float[cells];
    double all = 0;
    for (int n = 0; n < cells; n++) {
      float least = Float.POSITIVE_INFINITY;
      for (float[] d : differences) {
        least = Math.min(least, d[n]);
      }
      float sum = 0;
      for (float[] d : differences) {
        d[n] -= least;
        sum += d[n];
      }
      mean[n] = sum / count;
      all += mean[n];
    }
    float lowest = (float) Math.max(1e-3 * all / cells, Float.MIN_NORMAL);
    float highest = 1e6f * lowest;
    for (float[] d : differences) {
      for (int n = 0; n < cells; n++) {
        d[n] = (float) Math.exp(-d[n] / Math.clamp(mean[n], lowest, highest));
      }
    }
  }
}
