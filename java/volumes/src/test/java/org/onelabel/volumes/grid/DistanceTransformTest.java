package org.onelabel.volumes.grid;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DistanceTransformTest {

  @Test
  void distancesAreThoseOfAnExhaustiveSearch() {
    Random random = new Random(3);
    for (int round = 0; round < 20; round++) {
      int[] shape = {1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(9)};
      double[] spacing = {0.5 + random.nextDouble(), 1, 2 * random.nextDouble() + 0.1};
      boolean[] set = new boolean[shape[0] * shape[1] * shape[2]];
      for (int i = 0; i < set.length; i++) {
        set[i] = random.nextInt(12) == 0;
      }
      double[] distances = DistanceTransform.of(set, Extent.of(shape), spacing);
      for (int i = 0; i < set.length; i++) {
        double nearest = Double.POSITIVE_INFINITY;
        for (int j = 0; j < set.length; j++) {
          if (set[j]) {
            nearest = Math.min(nearest, distance(i, j, shape, spacing));
          }
        }
        assertEquals(nearest, distances[i], 1e-9);
      }
    }
  }

  private static double distance(int i, int j, int[] shape, double[] spacing) {
    int rowI = i / shape[2];
    int rowJ = j / shape[2];
    double x = (rowI / shape[1] - rowJ / shape[1]) * spacing[0];
    double y = (rowI % shape[1] - rowJ % shape[1]) * spacing[1];
    double z = (i % shape[2] - j % shape[2]) * spacing[2];
    return Math.sqrt(x * x + y * y + z * z);
  }
}
