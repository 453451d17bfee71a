package org.onelabel.pipeline.registration.bending;

import java.util.Arrays;
import java.util.List;
import org.onelabel.pipeline.registration.frame.Lattice;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Interpolation;
import org.onelabel.volumes.grid.Smoothing;

/**
 * What each displacement of a window costs each block: the squared differences of two descriptions,
 * the mean over its cells inside a scan.
 */
final class DisplacementCosts {
  private final Lattice lattice;
  private final List<int[]> window;
  private final int pad;
  private final Extent padded;

  /**
   * Costs of a window.
   *
   * @param window displacements, cells
   * @param pad how far they reach at most
   */
  DisplacementCosts(Lattice lattice, List<int[]> window, int pad) {
    this.lattice = lattice;
    this.window = window;
    this.pad = pad;
    Extent size = lattice.size();
    padded = new Extent(size.sizeX() + 2 * pad, size.sizeY() + 2 * pad, size.sizeZ() + 2 * pad);
  }

  /**
   * The costs of each displacement for each block, smoothed over the blocks.
   *
   * @param template its description
   * @param scan the scan's
   * @param inside which cells lie in the scan
   * @param field by which the template's cells are displaced already, cells
   * @param sigmas of the smoothing, blocks
   */
  float[][] of(
      List<float[]> template,
      List<float[]> scan,
      boolean[] inside,
      float[][] field,
      double[] sigmas) {
    float[][] moved = new float[template.size()][];
    for (int c = 0; c < moved.length; c++) {
      moved[c] = moved(template.get(c), field);
    }
    float[][] costs = new float[window.size()][lattice.blocks().voxels()];
    for (int x = 0; x < lattice.size().sizeX(); x++) {
      addSlab(x, moved, scan, inside, costs);
    }
    for (int d = 0; d < costs.length; d++) {
      for (int b = 0; b < costs[d].length; b++) {
        costs[d][b] /= lattice.cellsOf(b) * moved.length;
      }
      costs[d] = Smoothing.gaussian(costs[d], lattice.blocks(), sigmas);
    }
    return costs;
  }

  /**
   * Adds what the cells with one x cost. All displacements of one slab after the other: a slab
   * stays in a near cache. The displaced template is laid over the scan's rows, so that both are
   * read at one index: such a loop is vectorised.
   */
  private void addSlab(
      int x, float[][] moved, List<float[]> scan, boolean[] inside, float[][] costs) {
    Extent size = lattice.size();
    int pitch = padded.sizeZ();
    int slab = (size.sizeY() - 1) * pitch + size.sizeZ();
    float[][] fixed = new float[moved.length][slab];
    float[] counts = new float[slab];
    for (int y = 0; y < size.sizeY(); y++) {
      int row = size.index(x, y, 0);
      for (int c = 0; c < fixed.length; c++) {
        System.arraycopy(scan.get(c), row, fixed[c], y * pitch, size.sizeZ());
      }
      for (int z = 0; z < size.sizeZ(); z++) {
        counts[y * pitch + z] = inside[row + z] ? 1 : 0;
      }
    }
    float[] cost = new float[slab];
    float[] there = new float[slab];
    for (int d = 0; d < costs.length; d++) {
      int[] by = window.get(d);
      int from = padded.index(x + pad + by[0], pad + by[1], pad + by[2]);
      Arrays.fill(cost, 0);
      for (int c = 0; c < moved.length; c++) {
        System.arraycopy(moved[c], from, there, 0, slab);
        addSquares(fixed[c], there, cost);
      }
      for (int n = 0; n < slab; n++) {
        cost[n] *= counts[n];
      }
      lattice.addSums(cost, 0, pitch, x, costs[d]);
    }
  }

  private static void addSquares(float[] one, float[] other, float[] sums) {
    for (int n = 0; n < sums.length; n++) {
      float difference = one[n] - other[n];
      sums[n] += difference * difference;
    }
  }

  /** Template values where the field says, with a margin in which the edge repeats. */
  private float[] moved(float[] values, float[][] field) {
    Extent size = lattice.size();
    float[] result = new float[padded.voxels()];
    int next = 0;
    for (int x = -pad; x < size.sizeX() + pad; x++) {
      int cx = Math.clamp(x, 0, size.sizeX() - 1);
      for (int y = -pad; y < size.sizeY() + pad; y++) {
        int cy = Math.clamp(y, 0, size.sizeY() - 1);
        for (int z = -pad; z < size.sizeZ() + pad; z++) {
          int n = size.index(cx, cy, Math.clamp(z, 0, size.sizeZ() - 1));
          result[next++] =
              Interpolation.trilinear(
                  values, size, x + field[0][n], y + field[1][n], z + field[2][n]);
        }
      }
    }
    return result;
  }
}
