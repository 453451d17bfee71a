package org.onelabel.volumes.grid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExtentTest {
  private static final Extent EXTENT = new Extent(3, 4, 5);

  @Test
  void zRunsFastest() {
    int next = 0;
    for (int x = 0; x < 3; x++) {
      for (int y = 0; y < 4; y++) {
        for (int z = 0; z < 5; z++, next++) {
          assertEquals(next, EXTENT.index(x, y, z));
          assertEquals(x, EXTENT.place(next, 0));
          assertEquals(y, EXTENT.place(next, 1));
          assertEquals(z, EXTENT.place(next, 2));
          assertTrue(EXTENT.contains(x, y, z));
        }
      }
    }
    assertEquals(next, EXTENT.voxels());
    assertEquals(EXTENT.index(1, 0, 0), EXTENT.stride(0));
    assertEquals(EXTENT.index(0, 1, 0), EXTENT.stride(1));
    assertEquals(EXTENT.index(0, 0, 1), EXTENT.stride(2));
    assertEquals("[2, 3, 4]", EXTENT.describe(59));
    assertEquals("3×4×5", EXTENT.toString());
  }

  @Test
  void placesBesideItAreOutside() {
    int[][] outside = {{-1, 0, 0}, {0, -1, 0}, {0, 0, -1}, {3, 0, 0}, {0, 4, 0}, {0, 0, 5}};
    for (int[] at : outside) {
      assertFalse(EXTENT.contains(at[0], at[1], at[2]));
    }
  }

  @Test
  void everySideNeedsAVoxelAndAnArrayHoldsThemAll() {
    assertThrows(IllegalArgumentException.class, () -> new Extent(3, 0, 5));
    assertThrows(IllegalArgumentException.class, () -> Extent.of(new int[] {3, 4}));
    assertThrows(ArithmeticException.class, () -> new Extent(1 << 11, 1 << 10, 1 << 10));
    assertArrayEquals(new int[] {3, 7, 5}, EXTENT.withSize(1, 7).shape());
  }

  @Test
  void onlyTheSixNeighboursTouch() {
    boolean[] set = new boolean[60];
    set[EXTENT.index(1, 1, 4)] = true;
    assertTrue(EXTENT.touches(set, EXTENT.index(1, 1, 3)));
    assertTrue(EXTENT.touches(set, EXTENT.index(2, 1, 4)));
    assertTrue(EXTENT.touches(set, EXTENT.index(1, 0, 4)));
    assertFalse(EXTENT.touches(set, EXTENT.index(1, 1, 4)));
    assertFalse(EXTENT.touches(set, EXTENT.index(1, 0, 3)));
    // The next in the array lies at the other end of the next row.
    assertFalse(EXTENT.touches(set, EXTENT.index(1, 2, 0)));
  }
}
