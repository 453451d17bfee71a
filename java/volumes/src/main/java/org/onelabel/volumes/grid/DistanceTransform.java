package org.onelabel.volumes.grid;

/**
 * Exact Euclidean distances to a set of voxels, one lower envelope of parabolas per line and axis
 * (Felzenszwalb and Huttenlocher, Theory of Computing 2012).
 */
public final class DistanceTransform {
  private DistanceTransform() {}

  /**
   * The distance of every voxel to the nearest voxel of {@code set}, in the unit of {@code
   * spacing}; infinite where the set is empty.
   */
  public static double[] of(boolean[] set, Extent extent, double[] spacing) {
    double[] squares = new double[set.length];
    for (int i = 0; i < set.length; i++) {
      squares[i] = set[i] ? 0 : Double.POSITIVE_INFINITY;
    }
    for (int axis = 0; axis < 3; axis++) {
      int size = extent.size(axis);
      int stride = extent.stride(axis);
      Line line = new Line(size, spacing[axis]);
      for (int i = 0; i < squares.length; i++) {
        if (i / stride % size == 0) {
          line.transform(squares, i, stride);
        }
      }
    }
    for (int i = 0; i < squares.length; i++) {
      squares[i] = Math.sqrt(squares[i]);
    }
    return squares;
  }

  private static final class Line {
    private final int size;
    private final double spacing;
    private final double[] values;
    private final int[] apexes;
    private final double[] bounds;

    Line(int size, double spacing) {
      this.size = size;
      this.spacing = spacing;
      values = new double[size];
      apexes = new int[size];
      bounds = new double[size];
    }

    void transform(double[] squares, int from, int step) {
      int parabolas = 0;
      for (int i = 0; i < size; i++) {
        values[i] = squares[from + i * step];
        if (values[i] == Double.POSITIVE_INFINITY) {
          continue;
        }
        double cut = Double.NEGATIVE_INFINITY;
        while (parabolas > 0) {
          cut = intersection(apexes[parabolas - 1], i);
          if (cut > bounds[parabolas - 1]) {
            break;
          }
          parabolas--;
          cut = Double.NEGATIVE_INFINITY;
        }
        apexes[parabolas] = i;
        bounds[parabolas++] = cut;
      }
      int p = 0;
      for (int i = 0; i < size && parabolas > 0; i++) {
        double at = i * spacing;
        while (p + 1 < parabolas && bounds[p + 1] < at) {
          p++;
        }
        double distance = at - apexes[p] * spacing;
        squares[from + i * step] = distance * distance + values[apexes[p]];
      }
    }

    /** Where the parabolas over two samples meet. */
    private double intersection(int i, int j) {
      double a = i * spacing;
      double b = j * spacing;
      return (values[j] + b * b - values[i] - a * a) / (2 * (b - a));
    }
  }
}
