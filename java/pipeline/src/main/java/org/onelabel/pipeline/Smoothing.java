package org.onelabel.pipeline;

/** Separable Gaussian filters on [x, y, z] arrays; values beyond the edge repeat the edge. */
final class Smoothing {
  private Smoothing() {}

  /** A copy, smoothed with standard deviation {@code sigma} voxels along every axis; 0 for none. */
  static float[] gaussian(float[] values, int[] shape, double sigma) {
    if (sigma == 0) {
      return values.clone();
    }
    float[] kernel = kernel(sigma);
    float[] result = values;
    for (int axis = 0; axis < 3; axis++) {
      result = convolve(result, shape, axis, kernel);
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

  private static float[] convolve(float[] values, int[] shape, int axis, float[] kernel) {
    int radius = kernel.length / 2;
    int n = shape[axis];
    int inner = axis == 2 ? 1 : axis == 1 ? shape[2] : shape[1] * shape[2];
    int outer = values.length / (n * inner);
    float[] result = new float[values.length];
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < n; i++) {
        int to = (o * n + i) * inner;
        for (int k = -radius; k <= radius; k++) {
          int from = (o * n + Math.clamp(i + k, 0, n - 1)) * inner;
          float weight = kernel[k + radius];
          for (int j = 0; j < inner; j++) {
            result[to + j] += weight * values[from + j];
          }
        }
      }
    }
    return result;
  }

  /** The value between cells, trilinear; beyond the last cell the edge repeats. */
  static float interpolated(float[] values, int[] shape, double[] at) {
    int index = 0;
    int[] next = new int[3];
    float[] part = new float[3];
    for (int a = 0; a < 3; a++) {
      int step = a == 2 ? 1 : a == 1 ? shape[2] : shape[1] * shape[2];
      double place = Math.clamp(at[a], 0, shape[a] - 1);
      int cell = (int) place;
      index += cell * step;
      next[a] = cell < shape[a] - 1 ? step : 0;
      part[a] = (float) (place - cell);
    }
    float sum = 0;
    for (int corner = 0; corner < 8; corner++) {
      int i = index;
      float share = 1;
      for (int a = 0; a < 3; a++) {
        boolean upper = (corner >> a & 1) == 1;
        i += upper ? next[a] : 0;
        share *= upper ? part[a] : 1 - part[a];
      }
      sum += share * values[i];
    }
    return sum;
  }

  /** Central differences along one axis, per voxel; one-sided at the edges. */
  static float[] gradient(float[] values, int[] shape, int axis) {
    int n = shape[axis];
    int inner = axis == 2 ? 1 : axis == 1 ? shape[2] : shape[1] * shape[2];
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
