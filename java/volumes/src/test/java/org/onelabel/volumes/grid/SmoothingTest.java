package org.onelabel.volumes.grid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmoothingTest {
  private static float[] noise(int[] shape) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[shape[0] * shape[1] * shape[2]];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-2, 3);
    }
    return values;
  }

  private static int step(int[] shape, int axis) {
    return axis == 2 ? 1 : axis == 1 ? shape[2] : shape[1] * shape[2];
  }

  /** Sampled Gaussian of three deviations to either side, its sum 1, the edges repeated. */
  private static double[] convolved(double[] values, int[] shape, int axis, double sigma) {
    int radius = (int) Math.ceil(3 * sigma);
    int step = step(shape, axis);
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int place = i / step % shape[axis];
      double sum = 0;
      double weights = 0;
      for (int k = -radius; k <= radius; k++) {
        double weight = Math.exp(-k * k / (2 * sigma * sigma));
        int other = Math.min(shape[axis] - 1, Math.max(0, place + k));
        sum += weight * values[i + (other - place) * step];
        weights += weight;
      }
      result[i] = sum / weights;
    }
    return result;
  }

  @ParameterizedTest
  @CsvSource({
    "9, 7, 11, 1.3, 0, 0",
    "9, 7, 11, 0, 1.3, 0",
    "9, 7, 11, 0, 0, 1.3",
    "9, 7, 11, 0.5, 2, 0.9",
    "2, 3, 40, 4, 0.4, 2.7",
    "1, 1, 5, 1, 1, 1",
    "5, 1, 1, 1, 1, 6",
    "6, 5, 4, 0, 0, 0"
  })
  void isAConvolutionAlongEachAxisByItsOwnDeviation(
      int x, int y, int z, double sx, double sy, double sz) {
    int[] shape = {x, y, z};
    double[] sigmas = {sx, sy, sz};
    float[] values = noise(shape);
    double[] expected = new double[values.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = values[i];
    }
    for (int axis = 0; axis < 3; axis++) {
      expected = sigmas[axis] > 0 ? convolved(expected, shape, axis, sigmas[axis]) : expected;
    }
    float[] smooth = Smoothing.gaussian(values, Extent.of(shape), sigmas);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], smooth[i], 3e-6, "voxel " + i);
    }
    assertArrayEquals(noise(shape), values, "the values given are left as they are");
    assertNotSame(values, smooth);
  }

  @Test
  void oneDeviationIsThatOfAllAxes() {
    int[] shape = {6, 5, 7};
    assertArrayEquals(
        Smoothing.gaussian(noise(shape), Extent.of(shape), new double[] {1.5, 1.5, 1.5}),
        Smoothing.gaussian(noise(shape), Extent.of(shape), 1.5));
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2"})
  void gradientsAreCentralDifferencesAndOneSidedAtTheEdges(int axis) {
    int[] shape = {4, 5, 6};
    float[] values = noise(shape);
    float[] slope = Smoothing.gradient(values, Extent.of(shape), axis);
    int step = step(shape, axis);
    for (int i = 0; i < values.length; i++) {
      int place = i / step % shape[axis];
      double expected =
          place == 0
              ? (double) values[i + step] - values[i]
              : place == shape[axis] - 1
                  ? (double) values[i] - values[i - step]
                  : ((double) values[i + step] - values[i - step]) / 2;
      assertEquals(expected, slope[i], 2e-6, "voxel " + i);
    }
  }

  @Test
  void anAxisOfOneVoxelHasNoGradient() {
    assertArrayEquals(
        new float[3], Smoothing.gradient(new float[] {1, 5, 2}, new Extent(3, 1, 1), 1));
  }
}
