package org.onelabel.volumes.grid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConnectedComponentsTest {
  private static final Extent LINE = new Extent(1, 1, 7);

  @Test
  void gapsPartComponents() {
    boolean[] mask = {true, true, false, true, false, false, true};
    ConnectedComponents found = ConnectedComponents.of(mask, LINE);
    assertEquals(3, found.count());
    assertArrayEquals(new int[] {0, 0, -1, 1, -1, -1, 2}, found.labels());
  }

  @Test
  void cornersConnectAndEndsOfRowsDoNot() {
    boolean[] corners = new boolean[8];
    corners[0] = true;
    corners[7] = true;
    assertEquals(1, ConnectedComponents.of(corners, new Extent(2, 2, 2)).count());
    boolean[] rows = new boolean[12];
    rows[3] = true;
    rows[4] = true;
    assertEquals(2, ConnectedComponents.of(rows, new Extent(1, 3, 4)).count());
  }

  @Test
  void anEmptyMaskHasNone() {
    assertEquals(0, ConnectedComponents.of(new boolean[7], LINE).count());
  }

  @Test
  void aFullScanIsOne() {
    boolean[] mask = new boolean[40 * 30 * 20];
    Arrays.fill(mask, true);
    ConnectedComponents found = ConnectedComponents.of(mask, new Extent(40, 30, 20));
    assertEquals(1, found.count());
    assertArrayEquals(new int[mask.length], found.labels());
  }

  /** Against labels that neighbours hand on until nothing changes. */
  @Test
  void randomMasksFallIntoWhatTouches() {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 20; trial++) {
      int[] shape = {random.nextInt(1, 7), random.nextInt(1, 7), random.nextInt(1, 7)};
      boolean[] mask = new boolean[shape[0] * shape[1] * shape[2]];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = random.nextInt(5) == 0;
      }
      ConnectedComponents found = ConnectedComponents.of(mask, Extent.of(shape));
      int[] least = handedOn(mask, shape);
      for (int i = 0; i < mask.length; i++) {
        assertEquals(mask[i], found.labels()[i] >= 0);
        for (int j = 0; j < i; j++) {
          if (mask[i] && mask[j]) {
            assertEquals(least[i] == least[j], found.labels()[i] == found.labels()[j]);
          }
        }
      }
    }
  }

  private static int[] handedOn(boolean[] mask, int[] shape) {
    int[] least = new int[mask.length];
    Arrays.setAll(least, i -> i);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = 0; i < mask.length; i++) {
        for (int j = 0; j < mask.length; j++) {
          if (mask[i] && mask[j] && touch(i, j, shape) && least[j] < least[i]) {
            least[i] = least[j];
            changed = true;
          }
        }
      }
    }
    return least;
  }

  private static boolean touch(int i, int j, int[] shape) {
    return Math.abs(i / (shape[1] * shape[2]) - j / (shape[1] * shape[2])) <= 1
        && Math.abs(i / shape[2] % shape[1] - j / shape[2] % shape[1]) <= 1
        && Math.abs(i % shape[2] - j % shape[2]) <= 1;
  }

  @Test
  void onlySidesConnectWhereThatIsAsked() {
    Extent extent = new Extent(2, 2, 3);
    boolean[] mask = new boolean[12];
    mask[extent.index(0, 0, 0)] = true;
    mask[extent.index(0, 1, 1)] = true;
    mask[extent.index(1, 1, 1)] = true;
    mask[extent.index(1, 1, 2)] = true;
    ConnectedComponents found =
        ConnectedComponents.of(mask, extent, ConnectedComponents.Connectivity.SIDES);
    assertEquals(2, found.count());
    assertArrayEquals(new int[] {1, 3}, found.sizes());
    assertEquals(1, ConnectedComponents.of(mask, extent).count());
  }
}
