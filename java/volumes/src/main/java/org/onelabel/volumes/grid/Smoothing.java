package org.onelabel.volumes.grid;

import java.util.Arrays;

/** Separable Gaussian filters on [x, y, z] arrays; values beyond the edge repeat the edge. */
public final class Smoothing {
  private Smoothing() {}

  /** A copy, smoothed with standard deviation {@code sigma} voxels along every axis; 0 for none. */
  public static float[] gaussian(float[] values, Extent extent, double sigma) {
    return gaussian(values, extent, new double[] {sigma, sigma, sigma});
  }

  /** The same with a standard deviation for each axis. */
  public static float[] gaussian(float[] values, Extent extent, double[] sigmas) {
    float[] result = values.clone();
    for (int axis = 0; axis < 3; axis++) {
      if (sigmas[axis] > 0) {
        result = convolve(result, extent, axis, kernel(sigmas[axis]));
      }
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

  private static float[] convolve(float[] values, Extent extent, int axis, float[] kernel) {
    int radius = kernel.length / 2;
    int n = extent.size(axis);
    int inner = extent.stride(axis);
    int outer = values.length / (n * inner);
    if (inner == 1) {
      return convolveRows(values, n, kernel);
    }
    float[] result = new float[values.length];
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < n; i++) {
        int to = (o * n + i) * inner;
        float middle = kernel[radius];
        for (int j = 0; j < inner; j++) {
          result[to + j] = middle * values[to + j];
        }
        for (int k = 1; k <= radius; k++) {
          int before = (o * n + Math.max(0, i - k)) * inner;
          int after = (o * n + Math.min(n - 1, i + k)) * inner;
          float weight = kernel[radius + k];
          for (int j = 0; j < inner; j++) {
            result[to + j] += weight * (values[before + j] + values[after + j]);
          }
        }
      }
    }
    return result;
  }

  /** The same along the last axis: a row with its repeated ends at a time, tap by tap. */
  private static float[] convolveRows(float[] values, int n, float[] kernel) {
    int radius = kernel.length / 2;
    float[] result = new float[values.length];
    float[] row = new float[n + 2 * radius];
    float[] sum = new float[n];
    for (int from = 0; from < values.length; from += n) {
      Arrays.fill(row, 0, radius, values[from]);
      System.arraycopy(values, from, row, radius, n);
      Arrays.fill(row, radius + n, row.length, values[from + n - 1]);
      float middle = kernel[radius];
      for (int i = 0; i < n; i++) {
        sum[i] = middle * row[i + radius];
      }
      for (int k = 1; k <= radius; k++) {
        float weight = kernel[radius + k];
        for (int i = 0; i < n; i++) {
          sum[i] += weight * (row[i + radius - k] + row[i + radius + k]);
        }
      }
      System.arraycopy(sum, 0, result, from, n);
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
