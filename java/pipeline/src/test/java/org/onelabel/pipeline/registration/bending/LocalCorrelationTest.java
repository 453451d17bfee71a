package org.onelabel.pipeline.registration.bending;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.onelabel.volumes.grid.Extent;

class LocalCorrelationTest {
  private static final Extent EXTENT = new Extent(14, 13, 12);
  private static final double[] WINDOW = {0.6, 0.7, 0.5};
  private static final int RADIUS = 3;

  /** As in the class: of the mean product of variances. */
  private static final double LEAST = 1e-2;

  private static float[] noise(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[EXTENT.voxels()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** The weight of each tap of a Gaussian that Smoothing cuts off at three deviations. */
  private static double[] taps(double sigma) {
    int radius = (int) Math.ceil(3 * sigma);
    double[] taps = new double[2 * RADIUS + 1];
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      taps[i + RADIUS] = Math.exp(-0.5 * i * i / (sigma * sigma));
      sum += taps[i + RADIUS];
    }
    for (int i = 0; i < taps.length; i++) {
      taps[i] /= sum;
    }
    return taps;
  }

  private interface Value {
    double of(int voxel);
  }

  private static double[] smoothed(Value value) {
    double[][] taps = {taps(WINDOW[0]), taps(WINDOW[1]), taps(WINDOW[2])};
    double[] result = new double[EXTENT.voxels()];
    for (int i = 0; i < result.length; i++) {
      for (int dx = -RADIUS; dx <= RADIUS; dx++) {
        int x = Math.clamp(EXTENT.place(i, 0) + dx, 0, EXTENT.sizeX() - 1);
        for (int dy = -RADIUS; dy <= RADIUS; dy++) {
          int y = Math.clamp(EXTENT.place(i, 1) + dy, 0, EXTENT.sizeY() - 1);
          for (int dz = -RADIUS; dz <= RADIUS; dz++) {
            int z = Math.clamp(EXTENT.place(i, 2) + dz, 0, EXTENT.sizeZ() - 1);
            result[i] +=
                taps[0][dx + RADIUS]
                    * taps[1][dy + RADIUS]
                    * taps[2][dz + RADIUS]
                    * value.of(EXTENT.index(x, y, z));
          }
        }
      }
    }
    return result;
  }

  /** The likeness in float64, with the given floor of the variances. */
  private static double likeness(float[] fixed, double[] moving, boolean[] counts, double least) {
    double[] a = smoothed(i -> moving[i]);
    double[] b = smoothed(i -> fixed[i]);
    double[] aa = smoothed(i -> moving[i] * moving[i]);
    double[] bb = smoothed(i -> (double) fixed[i] * fixed[i]);
    double[] ab = smoothed(i -> moving[i] * fixed[i]);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < a.length; i++) {
      if (counts[i]) {
        double covariance = ab[i] - a[i] * b[i];
        sum += covariance * covariance / ((aa[i] - a[i] * a[i]) * (bb[i] - b[i] * b[i]) + least);
        count++;
      }
    }
    return sum / count;
  }

  private static double floor(float[] fixed, float[] moving) {
    double[] a = smoothed(i -> moving[i]);
    double[] b = smoothed(i -> fixed[i]);
    double[] aa = smoothed(i -> (double) moving[i] * moving[i]);
    double[] bb = smoothed(i -> (double) fixed[i] * fixed[i]);
    double ofMoving = 0;
    double ofFixed = 0;
    for (int i = 0; i < a.length; i++) {
      ofMoving += (aa[i] - a[i] * a[i]) / a.length;
      ofFixed += (bb[i] - b[i] * b[i]) / a.length;
    }
    return LEAST * ofMoving * ofFixed;
  }

  @Test
  void theGradientIsThatOfTheSquaredCorrelationInTheWindow() {
    float[] fixed = noise(1);
    float[] moving = noise(2);
    for (int i = 0; i < moving.length; i++) {
      moving[i] += 0.7f * fixed[i];
    }
    boolean[] counts = new boolean[fixed.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = EXTENT.place(i, 0) < 9;
    }
    float[] gradient = new LocalCorrelation(fixed, EXTENT, WINDOW, counts).gradient(moving);
    double least = floor(fixed, moving);
    double[] values = new double[moving.length];
    Arrays.setAll(values, i -> moving[i]);
    // Away from the edges, where the filter that repeats them is its own transpose.
    for (int[] at : new int[][] {{4, 5, 5}, {6, 6, 6}, {9, 7, 5}, {7, 5, 7}}) {
      int i = EXTENT.index(at[0], at[1], at[2]);
      double step = 1e-3;
      values[i] = moving[i] + step;
      double above = likeness(fixed, values, counts, least);
      values[i] = moving[i] - step;
      double below = likeness(fixed, values, counts, least);
      values[i] = moving[i];
      double expected = (above - below) / (2 * step);
      assertEquals(expected, gradient[i], 1e-3 * Math.abs(expected) + 1e-8);
    }
  }

  @Test
  void contrastAndBrightnessChangeNothing() {
    float[] fixed = noise(1);
    float[] moving = noise(2);
    float[] other = new float[fixed.length];
    for (int i = 0; i < other.length; i++) {
      other[i] = 3 - 2 * fixed[i];
    }
    boolean[] counts = new boolean[fixed.length];
    Arrays.fill(counts, true);
    float[] expected = new LocalCorrelation(fixed, EXTENT, WINDOW, counts).gradient(moving);
    float[] gradient = new LocalCorrelation(other, EXTENT, WINDOW, counts).gradient(moving);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], gradient[i], 1e-6);
    }
  }

  @Test
  void aConstantImageHasNoGradient() {
    boolean[] counts = new boolean[EXTENT.voxels()];
    Arrays.fill(counts, true);
    float[] gradient =
        new LocalCorrelation(noise(1), EXTENT, WINDOW, counts).gradient(new float[counts.length]);
    for (float slope : gradient) {
      assertEquals(0, slope, 1e-6);
    }
  }
}
