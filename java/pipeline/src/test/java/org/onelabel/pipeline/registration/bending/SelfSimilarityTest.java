package org.onelabel.pipeline.registration.bending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.registration.frame.Cells;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Smoothing;

class SelfSimilarityTest {
  private static final Extent EXTENT = new Extent(14, 12, 10);
  private static final Cells CUBES = new Cells(new double[] {2, 2, 2});

  private static float[] texture() {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[14 * 12 * 10];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-5, 5);
    }
    return Smoothing.gaussian(values, EXTENT, new double[] {1, 1, 1});
  }

  private static void assertAlike(List<float[]> one, List<float[]> other, double tolerance) {
    for (int c = 0; c < 12; c++) {
      for (int n = 0; n < one.get(c).length; n++) {
        assertEquals(one.get(c)[n], other.get(c)[n], tolerance, "channel " + c + ", cell " + n);
      }
    }
  }

  @Test
  void gainAndOffsetDoNotMatter() {
    float[] values = texture();
    float[] brighter = new float[values.length];
    float[] inverted = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      brighter[i] = 3.5f * values[i] + 20;
      inverted[i] = -0.4f * values[i] - 1;
    }
    List<float[]> plain = SelfSimilarity.of(values, EXTENT, CUBES);
    assertAlike(plain, SelfSimilarity.of(brighter, EXTENT, CUBES), 2e-3);
    assertAlike(plain, SelfSimilarity.of(inverted, EXTENT, CUBES), 2e-3);
  }

  @Test
  void thereAreTwelveValuesBetweenZeroAndOneTheGreatestOne() {
    List<float[]> described = SelfSimilarity.of(texture(), EXTENT, CUBES);
    assertEquals(12, described.size());
    double spread = 0;
    for (int n = 0; n < 14 * 12 * 10; n++) {
      float greatest = 0;
      for (float[] channel : described) {
        assertTrue(channel[n] >= 0 && channel[n] <= 1, "value " + channel[n]);
        greatest = Math.max(greatest, channel[n]);
        spread += 1 - channel[n];
      }
      assertEquals(1, greatest, "the most alike pair");
    }
    assertTrue(spread / (12 * 14 * 12 * 10) > 0.3, "they tell places apart");
  }

  @Test
  void aConstantImageIsAlikeEverywhere() {
    for (float[] channel : SelfSimilarity.of(new float[14 * 12 * 10], EXTENT, CUBES)) {
      for (float value : channel) {
        assertEquals(1, value);
      }
    }
  }

  /** Only slice 5 differs; how far it is noticed tells how far neighbours and smoothing reach. */
  @Test
  void acrossThickCellsNeighboursAreTheNextOnes() {
    float[] values = new float[14 * 12 * 10];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 10 == 5 ? 1 : 0;
    }
    List<float[]> thick = SelfSimilarity.of(values, EXTENT, new Cells(new double[] {2, 2, 12}));
    List<float[]> cubes = SelfSimilarity.of(values, EXTENT, CUBES);
    assertTrue(noticed(thick, 4) > 1, "beside it");
    assertEquals(0, noticed(thick, 1), "four slices away");
    assertTrue(noticed(cubes, 1) > 1, "four cubes away: two of reach, three of smoothing");
  }

  private static double noticed(List<float[]> described, int slice) {
    double sum = 0;
    for (float[] channel : described) {
      sum += 1 - channel[(7 * 12 + 6) * 10 + slice];
    }
    return sum;
  }
}
