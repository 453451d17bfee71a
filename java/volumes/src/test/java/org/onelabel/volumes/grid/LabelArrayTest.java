package org.onelabel.volumes.grid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bytes above 127 are negative in Java, and classes all the same. */
class LabelArrayTest {
  private static final Extent ROW = new Extent(1, 1, 256);

  private static LabelArray all() {
    byte[] labels = new byte[256];
    for (int i = 0; i < 256; i++) {
      labels[i] = (byte) i;
    }
    return new LabelArray(ROW, labels);
  }

  @Test
  void everyClassIsItselfUpTo255() {
    LabelArray all = all();
    for (int c = 0; c < 256; c++) {
      assertEquals(c, all.at(c));
      assertEquals(c, all.at(0, 0, c));
      boolean[] only = new boolean[256];
      only[c] = true;
      assertArrayEquals(only, all.mask(c));
      assertEquals(c > 0 && c < 255, LabelArray.isStructure((byte) c));
    }
  }

  @Test
  void ignoredVoxelsAreOfNoClass() {
    assertEquals(254, all().highest());
    long[] counts = all().counts(255);
    for (long count : counts) {
      assertEquals(1, count);
    }
    assertEquals(0, new LabelArray(new Extent(1, 1, 1), new byte[] {(byte) 255}).highest());
  }

  @Test
  void theHighestScoreWinsAndTheFirstOnATie() {
    Argmax argmax = new Argmax(4, Float.NEGATIVE_INFINITY, 0);
    argmax.add(0, new float[] {-1, 2, 5, 0});
    argmax.add(7, new float[] {0, 2, 4, 1});
    argmax.add(200, new float[] {1, 1, 4, 1});
    assertArrayEquals(new byte[] {(byte) 200, 0, 0, 7}, argmax.labels());
  }

  @Test
  void aMarginKeepsRoundingFromDeciding() {
    Argmax argmax = new Argmax(2, 0, 0.1f);
    argmax.add(3, new float[] {0.05f, 0.5f});
    argmax.add(254, new float[] {0, 0.55f});
    assertArrayEquals(new byte[] {0, 3}, argmax.labels());
  }

  @Test
  void anArrayOfAnotherLengthIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new LabelArray(ROW, new byte[255]));
    assertThrows(IllegalArgumentException.class, () -> new VoxelArray(ROW, new float[257]));
  }

  @Test
  void theBoundingBoxHoldsEveryStructureAndNothingElse() {
    Extent extent = new Extent(7, 6, 5);
    LabelArray labels = new LabelArray(extent, new byte[extent.voxels()]);
    assertEquals(Optional.empty(), labels.boundingBox());
    labels.labels()[extent.index(6, 5, 4)] = (byte) LabelArray.IGNORED;
    assertEquals(Optional.empty(), labels.boundingBox());
    labels.labels()[extent.index(3, 4, 2)] = (byte) 200;
    assertEquals(Optional.of(new Box(3, 4, 2, new Extent(1, 1, 1))), labels.boundingBox());
    labels.labels()[extent.index(1, 5, 3)] = 1;
    labels.labels()[extent.index(2, 2, 0)] = 7;
    assertEquals(Optional.of(new Box(1, 2, 0, new Extent(3, 4, 4))), labels.boundingBox());
  }
}
