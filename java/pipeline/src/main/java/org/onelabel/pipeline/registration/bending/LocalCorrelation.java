package org.onelabel.pipeline.registration.bending;

import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Smoothing;

/**
 * How alike an image is to a fixed one: the squared correlation in a Gaussian window around every
 * place, mean over the places that count (as in ANTs: Avants, Epstein, Grossman, Gee, Medical Image
 * Analysis 2008). It does not depend on contrast or brightness, as far as they change slowly.
 * Immutable and thread-safe.
 */
final class LocalCorrelation {
  /** Variance of both images together below which a window tells little, as a share of the mean. */
  private static final double LEAST = 1e-2;

  private final Extent extent;
  private final double[] window;
  private final float[] fixed;
  private final float[] mean;
  private final float[] variance;
  private final double meanVariance;
  private final float[] weight;

  /**
   * A likeness to an image.
   *
   * @param window standard deviation of the window along each axis, voxels
   * @param counts which places count
   */
  LocalCorrelation(float[] fixed, Extent extent, double[] window, boolean[] counts) {
    this.extent = extent;
    this.window = window.clone();
    this.fixed = fixed;
    mean = smoothed(fixed);
    variance = variance(fixed, mean);
    meanVariance = mean(variance);
    weight = new float[fixed.length];
    int all = 0;
    for (boolean count : counts) {
      all += count ? 1 : 0;
    }
    for (int n = 0; n < weight.length; n++) {
      weight[n] = counts[n] ? 1f / all : 0;
    }
  }

  private float[] smoothed(float[] values) {
    return Smoothing.gaussian(values, extent, window);
  }

  /** Variances in the window; never negative. */
  private float[] variance(float[] values, float[] means) {
    float[] squares = new float[values.length];
    for (int n = 0; n < squares.length; n++) {
      squares[n] = values[n] * values[n];
    }
    float[] variance = smoothed(squares);
    for (int n = 0; n < variance.length; n++) {
      variance[n] = Math.max(0, variance[n] - means[n] * means[n]);
    }
    return variance;
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /**
   * By how much the likeness grows with each value of an image.
   *
   * @param moving the image
   */
  float[] gradient(float[] moving) {
    float[] means = smoothed(moving);
    float[] variances = variance(moving, means);
    float[] products = new float[moving.length];
    for (int n = 0; n < products.length; n++) {
      products[n] = moving[n] * fixed[n];
    }
    float[] joint = smoothed(products);
    float least = (float) (LEAST * mean(variances) * meanVariance) + Float.MIN_NORMAL;
    // Derivatives by the covariance and by the variance of the image, and what both share.
    float[] byJoint = products;
    float[] byVariance = new float[moving.length];
    float[] shared = new float[moving.length];
    for (int n = 0; n < moving.length; n++) {
      float covariance = joint[n] - means[n] * mean[n];
      float scale = covariance / (variances[n] * variance[n] + least);
      byJoint[n] = 2 * weight[n] * scale;
      byVariance[n] = -weight[n] * scale * scale * variance[n];
      shared[n] = byJoint[n] * mean[n] + 2 * byVariance[n] * means[n];
    }
    float[] gradient = smoothed(shared);
    float[] ofFixed = smoothed(byJoint);
    float[] ofMoving = smoothed(byVariance);
    for (int n = 0; n < gradient.length; n++) {
      gradient[n] = fixed[n] * ofFixed[n] + 2 * moving[n] * ofMoving[n] - gradient[n];
    }
    return gradient;
  }
}
