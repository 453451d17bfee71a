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
          assertEquals(values[i++], Interpolation.trilinear(values, Extent.of(SHAPE), x, y, z));
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
          Interpolation.trilinear(values, Extent.of(SHAPE), at[0], at[1], at[2]),
          1e-6,
          () -> at[0] + " " + at[1] + " " + at[2]);
    }
  }

  @Test
  void oneVoxelIsEverywhere() {
    float[] one = {7};
    Extent voxel = new Extent(1, 1, 1);
    assertEquals(7, Interpolation.trilinear(one, voxel, 0, 0, 0));
    assertEquals(7, Interpolation.trilinear(one, voxel, -2.5, 0.4, 1e9));
  }

  @Test
  void beyondTheGridLieZerosWhereThatIsAsked() {
    Extent extent = new Extent(3, 4, 5);
    VoxelArray padded = new VoxelArray(new Extent(9, 10, 11));
    padded.paste(new VoxelArray(extent, noise()), 3, 3, 3);
    SplittableRandom random = new SplittableRandom(4);
    for (int n = 0; n < 2000; n++) {
      double x = random.nextDouble(-3, 5);
      double y = random.nextDouble(-3, 6);
      double z = random.nextDouble(-3, 7);
      assertEquals(
          Interpolation.trilinear(padded.values(), padded.extent(), x + 3, y + 3, z + 3),
          Interpolation.trilinearInZeros(noise(), extent, x, y, z),
          1e-6,
          () -> x + " " + y + " " + z);
    }
  }

  @Test
  void theNearestVoxelIsWithinHalfOfOne() {
    Extent extent = new Extent(3, 4, 5);
    assertEquals(extent.index(2, 1, 4), Interpolation.nearest(extent, 2.4, 0.6, 4.3));
    assertEquals(0, Interpolation.nearest(extent, -0.4, -0.4, 0));
    assertEquals(-1, Interpolation.nearest(extent, -0.6, 0, 0));
    assertEquals(-1, Interpolation.nearest(extent, 0, 3.6, 0));
  }
}
