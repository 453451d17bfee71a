package org.onelabel.volumes.grid;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InterpolationTest {
  private static final int[] SHAPE = {3, 4, 5};

  private static float[] noise() {
    SplittableRandom random = new SplittableRandom(2);
    float[] values = new float[60];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  private static double value(float[] values, double[] at) {
    double sum = 0;
    for (int corner = 0; corner < 8; corner++) {
      double share = 1;
      int index = 0;
      for (int a = 0; a < 3; a++) {
        double place = Math.min(SHAPE[a] - 1, Math.max(0, at[a]));
        double below = Math.min(Math.floor(place), SHAPE[a] - 2);
        int up = corner >> a & 1;
        share *= up == 1 ? place - below : 1 - (place - below);
        index = index * SHAPE[a] + (int) below + up;
      }
      sum += share * values[index];
    }
    return sum;
  }

  @Test
  void voxelsKeepTheirValues() {
    float[] values = noise();
    int i = 0;
    for (int x = 0; x < 3; x++) {
      for (int y = 0; y < 4; y++) {
        for (int z = 0; z < 5; z++) {
          assertEquals(values[i++], Interpolation.trilinear(values, SHAPE, x, y, z));
        }
      }
    }
  }

  @Test
  void betweenAndBeyondVoxelsItIsTrilinearAndTheEdgeRepeats() {
    float[] values = noise();
    SplittableRandom random = new SplittableRandom(3);
    for (int n = 0; n < 2000; n++) {
      double[] at = new double[3];
      for (int a = 0; a < 3; a++) {
        at[a] = random.nextDouble(-3, SHAPE[a] + 2);
      }
      assertEquals(
          value(values, at),
          Interpolation.trilinear(values, SHAPE, at[0], at[1], at[2]),
          1e-6,
          () -> at[0] + " " + at[1] + " " + at[2]);
    }
  }

  @Test
  void oneVoxelIsEverywhere() {
    float[] one = {7};
    int[] shape = {1, 1, 1};
    assertEquals(7, Interpolation.trilinear(one, shape, 0, 0, 0));
    assertEquals(7, Interpolation.trilinear(one, shape, -2.5, 0.4, 1e9));
  }
}
