package org.onelabel.pipeline.intensity;

/** Mean and deviation of values. */
public record Moments(double mean, double deviation) {

  /** Those of at least one value. */
  public static Moments of(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean);
    }
    return new Moments(mean, Math.sqrt(squares / values.length));
  }

  /** Makes values of these moments have mean 0 and deviation 1; 0 where all were one value. */
  public void standardise(float[] values) {
    double scale = deviation > 1e-8 * Math.max(1, Math.abs(mean)) ? 1 / deviation : 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((values[i] - mean) * scale);
    }
  }
}
