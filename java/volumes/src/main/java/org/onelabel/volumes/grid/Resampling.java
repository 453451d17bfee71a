package org.onelabel.volumes.grid;

/**
 * Another number of samples along an axis: area averages where voxels grow, linear interpolation
 * where they shrink, exact where nothing changes.
 */
public final class Resampling {
  private Resampling() {}

  /**
   * One axis of an array over {@code extent}, resampled to {@code size} samples over the same
   * length; the array itself where nothing changes.
   */
  public static float[] resample(float[] values, Extent extent, int axis, int size) {
    return extent.size(axis) == size ? values : resample(values, extent, axis, size, 0, size);
  }

  /** The same of the samples {@code first…end−1} alone; a fresh array. */
  public static float[] resample(
      float[] values, Extent extent, int axis, int size, int first, int end) {
    int n = extent.size(axis);
    int inner = extent.stride(axis);
    int outer = values.length / (n * inner);
    int count = end - first;
    float[] result = new float[outer * count * inner];
    Weights[] weights = new Weights[count];
    for (int i = 0; i < count; i++) {
      weights[i] = Weights.of(first + i, n, size);
    }
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < count; i++) {
        Weights w = weights[i];
        int to = (o * count + i) * inner;
        for (int k = 0; k < w.values.length; k++) {
          int from = (o * n + w.first + k) * inner;
          float weight = w.values[k];
          for (int j = 0; j < inner; j++) {
            result[to + j] += weight * values[from + j];
          }
        }
      }
    }
    return result;
  }

  /** What output sample {@code i} takes from input samples {@code first…}; the weights sum to 1. */
  private record Weights(int first, float[] values) {
    static Weights of(int i, int n, int size) {
      double ratio = n / (double) size;
      if (ratio > 1) {
        double from = i * ratio;
        double to = from + ratio;
        int first = (int) Math.floor(from + 1e-9);
        int last = Math.min(n - 1, (int) Math.ceil(to - 1e-9) - 1);
        float[] values = new float[last - first + 1];
        for (int k = 0; k < values.length; k++) {
          double overlap = Math.min(to, first + k + 1) - Math.max(from, first + k);
          values[k] = (float) (overlap / ratio);
        }
        return new Weights(first, values);
      }
      double position = Math.clamp((i + 0.5) * ratio - 0.5, 0, n - 1);
      int first = Math.min((int) position, n - 1);
      float fraction = (float) (position - first);
      return fraction == 0 || first == n - 1
          ? new Weights(first, new float[] {1})
          : new Weights(first, new float[] {1 - fraction, fraction});
    }
  }
}
