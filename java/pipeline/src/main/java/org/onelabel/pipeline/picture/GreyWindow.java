package org.onelabel.pipeline.picture;

import java.util.Arrays;

/**
 * Which intensities of a scan are black and which are white: its percentiles 1 and 99.5.
 *
 * @param low at most this is black
 * @param high at least this is white
 */
record GreyWindow(float low, float high) {
  /** Of more voxels, some tell how dark and how bright a scan is. */
  private static final int SAMPLE = 1 << 22;

  static GreyWindow of(float[] intensities) {
    float[] sorted = sample(intensities);
    Arrays.sort(sorted);
    return new GreyWindow(
        sorted[sorted.length / 100], sorted[sorted.length - 1 - sorted.length / 200]);
  }

  /** Evenly spaced values, all where there are few: enough for percentiles. */
  private static float[] sample(float[] values) {
    int step = 1 + (values.length - 1) / SAMPLE;
    float[] sample = new float[1 + (values.length - 1) / step];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = values[i * step];
    }
    return sample;
  }

  /** The grey of an intensity, 0…255. */
  int grey(float intensity) {
    float value = (intensity - low) / Math.max(1e-6f, high - low);
    return Math.clamp((int) (255 * value), 0, 255);
  }
}
