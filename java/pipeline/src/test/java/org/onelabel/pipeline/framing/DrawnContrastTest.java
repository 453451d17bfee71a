package org.onelabel.pipeline.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.volumes.grid.Extent;

class DrawnContrastTest {
  private static final Extent EXTENT = new Extent(8, 12, 10);
  private static final double[] CUBES = {1, 1, 1};

  /**
   * Slabs along x: 0.5, structure 1 of {@code one}, structure 2 of {@code two}, then, all
   * unlabelled, 0.5 twice, the value of structure 1 again, 5 and 0.
   */
  private static Scan slabs(float one, float two) {
    float[] of = {0.5f, one, two, 0.5f, 0.5f, one, 5, 0};
    float[] image = new float[EXTENT.voxels()];
    byte[] label = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      int x = EXTENT.place(i, 0);
      image[i] = of[x];
      label[i] = (byte) (x == 1 || x == 2 ? x : 0);
    }
    return new Scan(List.of(image), EXTENT.shape(), label, null);
  }

  /** Values of the slabs in a drawn channel; each is one value. */
  private static float[] drawn(Scan template, long seed, float... others) {
    float[] values =
        new DrawnContrast(template, CUBES, List.of(new Contrast(new float[][] {others})))
            .draw(new SplittableRandom(seed))
            .getFirst();
    float[] slabs = new float[8];
    for (int i = 0; i < values.length; i++) {
      slabs[EXTENT.place(i, 0)] = values[i];
    }
    return slabs;
  }

  @Test
  void tissuesMoveTowardsThoseOfAnotherScanAndWhatIsAsBrightMovesAsThey() {
    Scan template = slabs(1, 3);
    for (long seed = 0; seed < 20; seed++) {
      float[] slabs = drawn(template, seed, 0.75f, 1.5f, 2);
      float share = 3 - slabs[2];
      assertTrue(share >= 0 && share <= 1.25, "share " + share);
      assertEquals(1 + 0.5 * share, slabs[1], 1e-5);
      assertEquals(slabs[1], slabs[5], "unlabelled, but as bright as structure 1");
      assertEquals(0.5 + 0.25 * share, slabs[4], 1e-5);
      assertEquals(5 - share, slabs[6], 1e-5, "brighter than all tissues: as the brightest");
      assertEquals(0.25 * share, slabs[7], 1e-5, "darker than all tissues: as the darkest");
    }
  }

  @Test
  void betweenTwoTissuesAValueMovesByWhatLiesBetween() {
    Scan template = slabs(2.5f, 3.5f);
    float[] slabs = drawn(template, 3, 0.5f, 2.5f, 1.5f);
    float share = (3.5f - slabs[2]) / 2;
    Scan between = slabs(2.5f, 3.5f);
    between.channels().getFirst()[EXTENT.index(6, 0, 0)] = 3;
    float[] values =
        new DrawnContrast(between, CUBES, List.of(new Contrast(new float[][] {{0.5f, 2.5f, 1.5f}})))
            .draw(new SplittableRandom(3))
            .getFirst();
    assertEquals(3 - share, values[EXTENT.index(6, 0, 0)], 1e-5);
  }

  @Test
  void tissuesThatAreAboutAsBrightMoveAsOneSoThatNoEdgeArises() {
    float[] slabs = drawn(slabs(2, 2.125f), 5, 0.5f, 4, 0);
    assertEquals(0.125, slabs[2] - slabs[1], 0.01);
  }

  @Test
  void withoutOtherScansNothingChanges() {
    Scan template = slabs(1, 3);
    List<float[]> channels =
        new DrawnContrast(template, CUBES, List.of()).draw(new SplittableRandom(1));
    assertArrayEquals(template.channels().getFirst(), channels.getFirst());
  }
}
