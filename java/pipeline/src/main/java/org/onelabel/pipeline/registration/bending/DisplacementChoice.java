package org.onelabel.pipeline.registration.bending;

import java.util.Arrays;
import java.util.List;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Smoothing;

/**
 * Chooses a displacement for every block while a smooth field pulls ever harder at the choices: the
 * coupled convex optimisation of {@link Bending}.
 */
final class DisplacementChoice {
  /**
   * How hard the smooth field pulls, per squared cell, in deviations of the cost (ConvexAdam's).
   */
  private static final double[] COUPLINGS = {0.003, 0.01, 0.03, 0.1, 0.3};

  private final List<int[]> window;
  private final float[] squares;
  private final Extent blocks;
  private final double[] sigmas;

  /**
   * A choice.
   *
   * @param window displacements, cells
   * @param squares of the sides of a cell, in the finest one's
   * @param blocks how many there are along each axis
   * @param sigmas of the smooth field, blocks
   */
  DisplacementChoice(List<int[]> window, double[] squares, Extent blocks, double[] sigmas) {
    this.window = window;
    this.blocks = blocks;
    this.sigmas = sigmas;
    this.squares = new float[3];
    for (int a = 0; a < 3; a++) {
      this.squares[a] = (float) squares[a];
    }
  }

  /**
   * The smooth field that the cheapest displacements and their neighbours agree on, cells.
   *
   * @param costs of each displacement of the window, for each block
   */
  float[][] coupled(float[][] costs) {
    int count = costs[0].length;
    float scale = (float) (1 / Math.max(1e-12, deviation(costs)));
    float[][] field = new float[3][count];
    float[] best = new float[count];
    int[] choice = new int[count];
    for (double coupling : COUPLINGS) {
      Arrays.fill(best, Float.POSITIVE_INFINITY);
      for (int d = 0; d < costs.length; d++) {
        float[] cost = costs[d];
        int[] by = window.get(d);
        float pull = (float) coupling;
        for (int n = 0; n < count; n++) {
          float dx = by[0] - field[0][n];
          float dy = by[1] - field[1][n];
          float dz = by[2] - field[2][n];
          float total =
              scale * cost[n]
                  + pull * (squares[0] * dx * dx + squares[1] * dy * dy + squares[2] * dz * dz);
          if (total < best[n]) {
            best[n] = total;
            choice[n] = d;
          }
        }
      }
      for (int a = 0; a < 3; a++) {
        float[] chosen = new float[count];
        for (int n = 0; n < count; n++) {
          chosen[n] = window.get(choice[n])[a];
        }
        field[a] = Smoothing.gaussian(chosen, blocks, sigmas);
      }
    }
    return field;
  }

  private static double deviation(float[][] costs) {
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (float[] cost : costs) {
      for (float value : cost) {
        sum += value;
        squares += (double) value * value;
      }
      count += cost.length;
    }
    double mean = sum / count;
    return Math.sqrt(Math.max(0, squares / count - mean * mean));
  }
}
