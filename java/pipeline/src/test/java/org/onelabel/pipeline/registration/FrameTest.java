package org.onelabel.pipeline.registration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.onelabel.volumes.LabelMap;

class FrameTest {
  private static final int[] SHAPE = {30, 20, 10};
  private static final double[] SPACING = {1, 2, 5};

  private static void set(byte[] labels, int x, int y, int z, int label) {
    labels[(x * SHAPE[1] + y) * SHAPE[2] + z] = (byte) label;
  }

  /** Structures from 10 to 19, from 8 to 11, from 4 to 4: 10, 8 and 5 mm. */
  private static byte[] labels() {
    byte[] labels = new byte[30 * 20 * 10];
    set(labels, 10, 11, 4, 1);
    set(labels, 19, 8, 4, 200);
    return labels;
  }

  @Test
  void withoutAMarginItIsTheBoxOfTheStructures() {
    Frame frame = Frame.around(labels(), SHAPE, SPACING, 0);
    assertArrayEquals(new int[] {10, 8, 4}, frame.start());
    assertArrayEquals(new int[] {10, 4, 1}, frame.shape());
    assertArrayEquals(new double[] {10, 8, 5}, frame.extent());
  }

  @Test
  void theMarginIsAShareOfTheLongestSideInMillimetres() {
    // 0.4 of 10 mm: four voxels, two, and one of what is begun.
    Frame frame = Frame.around(labels(), SHAPE, SPACING, 0.4);
    assertArrayEquals(new int[] {6, 6, 3}, frame.start());
    assertArrayEquals(new int[] {18, 8, 3}, frame.shape());
  }

  @Test
  void theMarginEndsWhereTheTemplateEnds() {
    Frame frame = Frame.around(labels(), SHAPE, SPACING, 5);
    assertArrayEquals(new int[3], frame.start());
    assertArrayEquals(SHAPE, frame.shape());
    byte[] corner = new byte[30 * 20 * 10];
    set(corner, 29, 0, 9, 1);
    Frame clipped = Frame.around(corner, SHAPE, SPACING, 1);
    assertArrayEquals(new int[] {24, 0, 8}, clipped.start());
    assertArrayEquals(new int[] {6, 4, 2}, clipped.shape());
  }

  @Test
  void voxelsThatNobodyLookedAtAreNoStructure() {
    byte[] labels = labels();
    set(labels, 0, 0, 0, LabelMap.IGNORED);
    set(labels, 29, 19, 9, LabelMap.IGNORED);
    assertArrayEquals(new int[] {10, 8, 4}, Frame.around(labels, SHAPE, SPACING, 0).start());
    assertArrayEquals(new int[] {10, 4, 1}, Frame.around(labels, SHAPE, SPACING, 0).shape());
  }

  @Test
  void noStructureIsRefused() {
    byte[] none = new byte[30 * 20 * 10];
    assertThrows(IllegalArgumentException.class, () -> Frame.around(none, SHAPE, SPACING, 0.25));
    set(none, 3, 3, 3, LabelMap.IGNORED);
    assertThrows(IllegalArgumentException.class, () -> Frame.around(none, SHAPE, SPACING, 0.25));
  }

  @Test
  void itsVoxelsLieInTheTemplateFromItsStart() {
    Placement placement = Frame.around(labels(), SHAPE, SPACING, 0).placement();
    assertEquals(Placement.shift(10, 8, 4), placement);
    assertEquals(Placement.shift(0, 0, 0), Frame.whole(SHAPE, SPACING).placement());
  }
}
