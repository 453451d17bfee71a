package org.onelabel.volumes.grid;

/** Separable Gaussian filters on [x, y, z] arrays; values beyond the edge repeat the edge. */
public final class Smoothing {
  /** Values that are filtered together: what a sum needs stays in a first-level cache. */
  private static final int TOGETHER = 1024;

  /** Sides of what is transposed at a time. */
  private static final int TILE = 32;

  private Smoothing() {}

  /** A copy, smoothed with standard deviation {@code sigma} voxels along every axis; 0 for none. */
  public static float[] gaussian(float[] values, Extent extent, double sigma) {
    return gaussian(values, extent, new double[] {sigma, sigma, sigma});
  }

  /** The same with a standard deviation for each axis. */
  public static float[] gaussian(float[] values, Extent extent, double[] sigmas) {
    float[] result = values;
    for (int axis = 0; axis < 3; axis++) {
      int n = extent.size(axis);
      if (sigmas[axis] > 0) {
        result = convolved(result, n, kernel(sigmas[axis]));
      }
      // The next axis becomes the first; after all three the order is as it was.
      result = transposed(result, n, result.length / n);
    }
    return result;
  }

  private static float[] kernel(double sigma) {
    int radius = (int) Math.ceil(3 * sigma);
    float[] kernel = new float[2 * radius + 1];
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      sum += Math.exp(-0.5 * i * i / (sigma * sigma));
    }
    for (int i = -radius; i <= radius; i++) {
      kernel[i + radius] = (float) (Math.exp(-0.5 * i * i / (sigma * sigma)) / sum);
    }
    return kernel;
  }

  /** Along the first axis of a matrix with {@code n} rows. */
  private static float[] convolved(float[] values, int n, float[] kernel) {
    int radius = kernel.length / 2;
    int inner = values.length / n;
    float[] result = new float[values.length];
    Taps taps = new Taps(Math.min(inner, TOGETHER));
    for (int from = 0; from < inner; from += TOGETHER) {
      int length = Math.min(TOGETHER, inner - from);
      for (int i = 0; i < n; i++) {
        int at = i * inner + from;
        taps.begin(kernel[radius], values, at, length);
        for (int k = 1; k <= radius; k++) {
          int before = Math.max(0, i - k) * inner + from;
          int after = Math.min(n - 1, i + k) * inner + from;
          taps.add(kernel[radius + k], values, before, after, length);
        }
        System.arraycopy(taps.sums, 0, result, at, length);
      }
    }
    return result;
  }

  /**
   * Sums of weighted taps. What a tap adds is copied to where its sum stands: a loop over arrays at
   * one index is vectorised, which one over arrays at places that vary is not.
   */
  private record Taps(float[] sums, float[] before, float[] after) {
    Taps(int length) {
      this(new float[length], new float[length], new float[length]);
    }

    void begin(float weight, float[] values, int at, int length) {
      System.arraycopy(values, at, before, 0, length);
      for (int j = 0; j < length; j++) {
        sums[j] = weight * before[j];
      }
    }

    void add(float weight, float[] values, int low, int high, int length) {
      System.arraycopy(values, low, before, 0, length);
      System.arraycopy(values, high, after, 0, length);
      for (int j = 0; j < length; j++) {
        sums[j] += weight * (before[j] + after[j]);
      }
    }
  }

  /** A matrix with rows and columns exchanged, tile by tile. */
  private static float[] transposed(float[] values, int rows, int columns) {
    float[] result = new float[values.length];
    for (int r0 = 0; r0 < rows; r0 += TILE) {
      int r1 = Math.min(rows, r0 + TILE);
      for (int c0 = 0; c0 < columns; c0 += TILE) {
        int c1 = Math.min(columns, c0 + TILE);
        for (int r = r0; r < r1; r++) {
          for (int c = c0; c < c1; c++) {
            result[c * rows + r] = values[r * columns + c];
          }
        }
      }
    }
    return result;
  }

  /** Central differences along one axis, per voxel; one-sided at the edges. */
  public static float[] gradient(float[] values, Extent extent, int axis) {
    int n = extent.size(axis);
    int inner = extent.stride(axis);
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int place = i / inner % n;
      int before = place > 0 ? i - inner : i;
      int after = place < n - 1 ? i + inner : i;
      result[i] = after == before ? 0 : (values[after] - values[before]) * inner / (after - before);
    }
    return result;
  }
}
