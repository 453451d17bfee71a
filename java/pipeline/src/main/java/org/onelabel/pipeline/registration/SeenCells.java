package org.onelabel.pipeline.registration;

import org.onelabel.volumes.grid.Extent;

/**
 * Weights, values and squares of those cells of a start that lie in a scan, summed for any place.
 * The cells that a place sees fill a box of offsets, so eight sums over corners of it tell (Crow's
 * summed areas, SIGGRAPH 1984, in three dimensions). Immutable and thread-safe.
 *
 * @param sums over all offsets before one along each axis; the weight, then value and square of
 *     each channel
 * @param first the lowest offsets, in the scan's order of axes
 * @param corners one more than there are offsets along each axis
 * @param scan the places along each axis
 */
record SeenCells(double[] sums, int fields, int[] first, Extent corners, Extent scan) {

  static SeenCells of(TemplateCells start, CoarseScan scan) {
    int[] order = scan.order();
    int cells = start.weights().length;
    int[] first = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
    int[] last = {Integer.MIN_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE};
    for (int n = 0; n < cells; n++) {
      for (int a = 0; a < 3; a++) {
        first[a] = Math.min(first[a], start.offsets()[3 * n + order[a]]);
        last[a] = Math.max(last[a], start.offsets()[3 * n + order[a]]);
      }
    }
    int[] shape = new int[3];
    for (int a = 0; a < 3; a++) {
      shape[a] = last[a] - first[a] + 2;
    }
    Extent corners = Extent.of(shape);
    int fields = 1 + 2 * start.values().length;
    double[] sums = new double[corners.voxels() * fields];
    for (int n = 0; n < cells; n++) {
      int[] at = new int[3];
      for (int a = 0; a < 3; a++) {
        at[a] = start.offsets()[3 * n + order[a]] - first[a] + 1;
      }
      int p = corners.index(at[0], at[1], at[2]) * fields;
      float w = start.weights()[n];
      sums[p] += w;
      for (int c = 0; c < start.values().length; c++) {
        float value = start.values()[c][n];
        sums[p + 1 + 2 * c] += (double) w * value;
        sums[p + 2 + 2 * c] += (double) w * value * value;
      }
    }
    for (int axis = 0; axis < 3; axis++) {
      int stride = corners.stride(axis);
      for (int i = 0; i < corners.voxels(); i++) {
        if (corners.place(i, axis) > 0) {
          for (int f = 0; f < fields; f++) {
            sums[i * fields + f] += sums[(i - stride) * fields + f];
          }
        }
      }
    }
    return new SeenCells(sums, fields, first, corners, scan.size());
  }

  /** The corner of the first offset at or after what the scan's edge has from a place. */
  private int corner(int axis, int edge, int place) {
    return Math.clamp(edge - place - first[axis], 0, corners.size(axis) - 1);
  }

  /** The places with these x and y. */
  Row row(int x, int y) {
    int x0 = corner(0, 0, x);
    int x1 = corner(0, scan.sizeX(), x);
    int y0 = corner(1, 0, y);
    int y1 = corner(1, scan.sizeY(), y);
    double[] line = new double[corners.sizeZ() * fields];
    int both = corners.index(x1, y1, 0) * fields;
    int none = corners.index(x0, y0, 0) * fields;
    int first = corners.index(x0, y1, 0) * fields;
    int second = corners.index(x1, y0, 0) * fields;
    for (int i = 0; i < line.length; i++) {
      line[i] = sums[both + i] - sums[first + i] - sums[second + i] + sums[none + i];
    }
    return new Row(this, line);
  }

  /**
   * Sums at the places of a row.
   *
   * @param line over what is seen along the other axes, and before each offset along this one
   */
  record Row(SeenCells cells, double[] line) {
    /** Of the weights. */
    double weight(int z) {
      return sum(z, 0);
    }

    /** Of a channel's weighted values. */
    double value(int z, int channel) {
      return sum(z, 1 + 2 * channel);
    }

    /** Of their squares. */
    double square(int z, int channel) {
      return sum(z, 2 + 2 * channel);
    }

    private double sum(int z, int field) {
      int from = cells.corner(2, 0, z) * cells.fields + field;
      int to = cells.corner(2, cells.scan.sizeZ(), z) * cells.fields + field;
      return line[to] - line[from];
    }
  }
}
