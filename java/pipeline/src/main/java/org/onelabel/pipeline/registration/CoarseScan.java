package org.onelabel.pipeline.registration;

import org.onelabel.volumes.grid.Interpolation;

/**
 * A scan's appearance in cells. The axis with the most cells is the innermost: rows are long.
 *
 * @param order the scan's axes, the one with the fewest cells first
 * @param first where the first cell lies, millimetres, by the scan's axes
 */
record CoarseScan(float[][] channels, int[] size, int[] order, double[] first, double[] sides) {

  static CoarseScan of(Image scan, Cells cells, Frame frame) {
    Appearance appearance = Appearance.of(scan, cells, frame);
    int[] counts = cells.counts(scan.extent());
    int[] order = {0, 1, 2};
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2 - i; j++) {
        if (counts[order[j]] > counts[order[j + 1]]) {
          int swapped = order[j];
          order[j] = order[j + 1];
          order[j + 1] = swapped;
        }
      }
    }
    double[] first = new double[3];
    int[] size = new int[3];
    for (int a = 0; a < 3; a++) {
      first[a] =
          0.5 * (scan.shape()[a] - 1) * scan.spacing()[a]
              - 0.5 * (counts[a] - 1) * cells.sides()[a];
      size[a] = counts[order[a]];
    }
    CoarseScan empty =
        new CoarseScan(
            new float[appearance.channels().size()][], size, order, first, cells.sides());
    for (int c = 0; c < empty.channels.length; c++) {
      empty.channels[c] = empty.sampled(appearance.channels().get(c), scan);
    }
    return empty;
  }

  private float[] sampled(float[] values, Image scan) {
    float[] result = new float[size[0] * size[1] * size[2]];
    for (int p = 0; p < result.length; p++) {
      double[] at = place(p);
      for (int a = 0; a < 3; a++) {
        at[a] /= scan.spacing()[a];
      }
      result[p] = Interpolation.trilinear(values, scan.shape(), at[0], at[1], at[2]);
    }
    return result;
  }

  /** Where a cell lies in the scan, millimetres. */
  double[] place(int p) {
    int[] index = {p / (size[1] * size[2]), p / size[2] % size[1], p % size[2]};
    double[] at = new double[3];
    for (int a = 0; a < 3; a++) {
      at[order[a]] = first[order[a]] + index[a] * sides[order[a]];
    }
    return at;
  }

  double[] middle() {
    double[] low = place(0);
    double[] high = place(size[0] * size[1] * size[2] - 1);
    for (int a = 0; a < 3; a++) {
      low[a] = 0.5 * (low[a] + high[a]);
    }
    return low;
  }
}
