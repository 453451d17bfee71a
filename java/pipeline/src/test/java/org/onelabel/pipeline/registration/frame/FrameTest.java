package org.onelabel.pipeline.registration.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

class FrameTest {
  private static final Extent EXTENT = new Extent(30, 20, 10);
  private static final double[] SPACING = {1, 2, 5};

  private static void set(LabelArray labels, int x, int y, int z, int label) {
    labels.labels()[EXTENT.index(x, y, z)] = (byte) label;
  }

  /** Structures from 10 to 19, from 8 to 11, from 4 to 4: 10, 8 and 5 mm. */
  private static LabelArray labels() {
    LabelArray labels = new LabelArray(EXTENT, new byte[30 * 20 * 10]);
    set(labels, 10, 11, 4, 1);
    set(labels, 19, 8, 4, 200);
    return labels;
  }

  @Test
  void withoutAMarginItIsTheBoxOfTheStructures() {
    Frame frame = Frame.around(labels(), SPACING, 0);
    assertEquals(new Box(10, 8, 4, new Extent(10, 4, 1)), frame.box());
    assertArrayEquals(new double[] {10, 8, 5}, frame.sides());
  }

  @Test
  void theMarginIsAShareOfTheLongestSideInMillimetres() {
    // 0.4 of 10 mm: four voxels, two, and one of what is begun.
    Frame frame = Frame.around(labels(), SPACING, 0.4);
    assertEquals(new Box(6, 6, 3, new Extent(18, 8, 3)), frame.box());
  }

  @Test
  void theMarginEndsWhereTheTemplateEnds() {
    Frame frame = Frame.around(labels(), SPACING, 5);
    assertEquals(Box.of(EXTENT), frame.box());
    LabelArray corner = new LabelArray(EXTENT, new byte[30 * 20 * 10]);
    set(corner, 29, 0, 9, 1);
    Frame clipped = Frame.around(corner, SPACING, 1);
    assertEquals(new Box(24, 0, 8, new Extent(6, 4, 2)), clipped.box());
  }

  @Test
  void voxelsThatNobodyLookedAtAreNoStructure() {
    LabelArray labels = labels();
    set(labels, 0, 0, 0, LabelMap.IGNORED);
    set(labels, 29, 19, 9, LabelMap.IGNORED);
    assertEquals(new Box(10, 8, 4, new Extent(10, 4, 1)), Frame.around(labels, SPACING, 0).box());
  }

  @Test
  void noStructureIsRefused() {
    LabelArray none = new LabelArray(EXTENT, new byte[30 * 20 * 10]);
    assertThrows(IllegalArgumentException.class, () -> Frame.around(none, SPACING, 0.25));
    set(none, 3, 3, 3, LabelMap.IGNORED);
    assertThrows(IllegalArgumentException.class, () -> Frame.around(none, SPACING, 0.25));
  }

  @Test
  void itsVoxelsLieInTheTemplateFromItsStart() {
    Placement placement = Frame.around(labels(), SPACING, 0).placement();
    assertEquals(Placement.shift(10, 8, 4), placement);
    assertEquals(Placement.shift(0, 0, 0), Frame.whole(EXTENT, SPACING).placement());
  }
}
