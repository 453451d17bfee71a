package org.onelabel.networks.sampling;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.networks.augmentation.Augmentation;

class SamplingTest {
  private static Sampling of(double foreground, double... spacing) {
    return new Sampling(Augmentation.ANATOMICAL, foreground, 0, spacing);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY})
  void aShareOfNoPatchesOrMoreThanAllIsRefused(double foreground) {
    String why =
        assertThrows(IllegalArgumentException.class, () -> of(foreground, 1, 1, 1)).getMessage();
    assertTrue(why.contains(Double.toString(foreground)), why);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 0.6, Double.NaN})
  void aVoxelOutsideOfItsPatchIsRefused(double aside) {
    double[] cubic = {1, 1, 1};
    assertThrows(
        IllegalArgumentException.class,
        () -> new Sampling(Augmentation.ANATOMICAL, 0.3, aside, cubic));
  }

  @Test
  void voxelsWithoutThreePositiveSidesAreRefused() {
    for (double[] spacing :
        new double[][] {{}, {1, 1}, {1, 1, 1, 1}, {1, 0, 1}, {1, 1, -2}, {Double.NaN, 1, 1}}) {
      assertThrows(IllegalArgumentException.class, () -> of(0.3, spacing));
    }
  }
}
