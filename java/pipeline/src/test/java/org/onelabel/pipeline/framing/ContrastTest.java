package org.onelabel.pipeline.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

class ContrastTest {
  private static final Extent EXTENT = new Extent(30, 6, 4);
  private static final double[] SPACING = {2, 1, 1};

  /** Structures 1 and 2 in slabs along x: 10 and 11, then 12 and 13. */
  private static byte[] labels() {
    byte[] labels = new byte[EXTENT.voxels()];
    for (int i = 0; i < labels.length; i++) {
      int x = EXTENT.place(i, 0);
      labels[i] = (byte) (x >= 10 && x < 12 ? 1 : x >= 12 && x < 14 ? 2 : 0);
    }
    return labels;
  }

  /** 5 in structure 1, 7 in structure 2, 1 within 5 mm of them, 90 beside that. */
  private static float[] values() {
    float[] values = new float[EXTENT.voxels()];
    for (int i = 0; i < values.length; i++) {
      int x = EXTENT.place(i, 0);
      values[i] = x < 8 || x > 15 ? 90 : x < 10 || x >= 14 ? 1 : x < 12 ? 5 : 7;
    }
    return values;
  }

  private static Contrast contrast(byte[] labels, float[]... channels) {
    return Contrast.of(List.of(channels), new LabelArray(EXTENT, labels), 3, SPACING).orElseThrow();
  }

  @Test
  void mediansAreOfTheSurroundingsAndOfEachStructureInEachChannel() {
    float[] second = values();
    for (int i = 0; i < second.length; i++) {
      second[i] *= -2;
    }
    float[][] medians = contrast(labels(), values(), second).medians();
    assertArrayEquals(new float[] {1, 5, 7}, medians[0]);
    assertArrayEquals(new float[] {-2, -10, -14}, medians[1]);
  }

  @Test
  void aFewStrayVoxelsChangeNothing() {
    float[] values = values();
    Arrays.fill(values, EXTENT.index(10, 0, 0), EXTENT.index(10, 2, 0), 1000);
    assertArrayEquals(new float[] {1, 5, 7}, contrast(labels(), values).medians()[0]);
  }

  @Test
  void whereNobodyLookedNothingCounts() {
    byte[] labels = labels();
    float[] values = values();
    for (int i = 0; i < labels.length; i++) {
      if (EXTENT.place(i, 1) >= 2) {
        labels[i] = (byte) LabelArray.IGNORED;
        values[i] = 50;
      }
    }
    assertArrayEquals(new float[] {1, 5, 7}, contrast(labels, values).medians()[0]);
  }

  @Test
  void aScanWithoutOneOfTheStructuresTellsNothing() {
    byte[] labels = labels();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = labels[i] == 2 ? 0 : labels[i];
    }
    assertTrue(
        Contrast.of(List.of(values()), new LabelArray(EXTENT, labels), 3, SPACING).isEmpty());
  }
}
