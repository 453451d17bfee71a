package org.onelabel.pipeline.registration;

import org.onelabel.pipeline.registration.frame.Cells;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Interpolation;

/**
 * A scan's appearance in cells. The axis with the most cells is the innermost: rows are long.
 *
 * @param channels a row of cells after the other, {@code margin} zeros before the first and after
 *     each: what is read beside a row says nothing
 * @param order the scan's axes, the one with the fewest cells first
 * @param first where the first cell lies, millimetres, by the scan's axes
 */
record CoarseScan(
    float[][] channels, Extent size, int margin, int[] order, double[] first, double[] sides) {

  /**
   * The scan in cells.
   *
   * @param reach of its cells beside a row none farther off is read
   */
  static CoarseScan of(Image scan, Cells cells, Frame frame, int reach) {
    Appearance appearance = Appearance.of(scan, cells, frame);
    Extent counts = cells.covering(scan.sides());
    int[] order = {0, 1, 2};
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2 - i; j++) {
        if (counts.size(order[j]) > counts.size(order[j + 1])) {
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
          0.5 * (scan.extent().size(a) - 1) * scan.spacing()[a]
              - 0.5 * (counts.size(a) - 1) * cells.sides()[a];
      size[a] = counts.size(order[a]);
    }
    CoarseScan empty =
        new CoarseScan(
            new float[appearance.channels().size()][],
            Extent.of(size),
            Math.min(reach, size[2] - 1),
            order,
            first,
            cells.sides());
    for (int c = 0; c < empty.channels.length; c++) {
      empty.channels[c] = empty.sampled(appearance.channels().get(c), scan);
    }
    return empty;
  }

  private float[] sampled(float[] values, Image scan) {
    float[] result = new float[margin + size.sizeX() * size.sizeY() * pitch()];
    int p = 0;
    for (int row = 0; row < size.sizeX() * size.sizeY(); row++) {
      for (int z = 0; z < size.sizeZ(); z++, p++) {
        double[] at = place(p);
        for (int a = 0; a < 3; a++) {
          at[a] /= scan.spacing()[a];
        }
        result[margin + row * pitch() + z] =
            Interpolation.trilinear(values, scan.extent(), at[0], at[1], at[2]);
      }
    }
    return result;
  }

  /** From one row to the next. */
  int pitch() {
    return size.sizeZ() + margin;
  }

  /** Where a cell's value stands; z may lie beside the row by {@link #margin} at most. */
  int index(int x, int y, int z) {
    return margin + (x * size.sizeY() + y) * pitch() + z;
  }

  /** Where a cell lies in the scan, millimetres. */
  double[] place(int p) {
    double[] at = new double[3];
    for (int a = 0; a < 3; a++) {
      at[order[a]] = first[order[a]] + size.place(p, a) * sides[order[a]];
    }
    return at;
  }

  double[] middle() {
    double[] low = place(0);
    double[] high = place(size.voxels() - 1);
    for (int a = 0; a < 3; a++) {
      low[a] = 0.5 * (low[a] + high[a]);
    }
    return low;
  }
}
