package org.onelabel.pipeline.intensity;

import org.apache.commons.math3.util.ArithmeticUtils;
import org.apache.commons.statistics.descriptive.Quantile;

/** The percentiles 0.5 and 99.5 of values: nnU-Net's, where it clips. */
public record Limits(float low, float high) {
  /** The share of values below the lower one. */
  public static final double LOWEST = 0.005;

  /** The share of values below the upper one. */
  public static final double HIGHEST = 0.995;

  /** So many values, evenly spread, tell percentiles well enough. */
  private static final int SAMPLE = 1 << 20;

  static Limits of(float[] values) {
    int every = Math.ceilDiv(values.length, SAMPLE);
    // A step that shares a factor with a side would meet some slices alone.
    while (ArithmeticUtils.gcd(every, values.length) > 1) {
      every++;
    }
    double[] sample = new double[Math.ceilDiv(values.length, every)];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = values[i * every];
    }
    double[] limits = Quantile.withDefaults().evaluate(sample, LOWEST, HIGHEST);
    return new Limits((float) limits[0], (float) limits[1]);
  }

  /** Moves values beyond them to them. */
  void clamp(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.clamp(values[i], low, high);
    }
  }
}
