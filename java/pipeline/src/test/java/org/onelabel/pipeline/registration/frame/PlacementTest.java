package org.onelabel.pipeline.registration.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;
import org.onelabel.volumes.grid.VoxelArray;

class PlacementTest {
  private static final Extent EXTENT = new Extent(3, 4, 5);

  private static VoxelArray counted() {
    float[] values = new float[60];
    for (int i = 0; i < 60; i++) {
      values[i] = i;
    }
    return new VoxelArray(EXTENT, values);
  }

  @Test
  void aPlaceGoesByTheRowsOfTheMap() {
    Placement map = Placement.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertEquals(1 * 0.5 - 2 * 2 + 3 * 3 + 4, map.map(0, 0.5, -2, 3));
    assertEquals(5 * 0.5 - 6 * 2 + 7 * 3 + 8, map.map(1, 0.5, -2, 3));
    assertEquals(9 * 0.5 - 10 * 2 + 11 * 3 + 12, map.map(2, 0.5, -2, 3));
    assertThrows(IllegalArgumentException.class, () -> Placement.of(1, 2, 3));
  }

  @Test
  void theInverseLeadsBack() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 0; n < 200; n++) {
      double[] rows = new double[12];
      for (int i = 0; i < 12; i++) {
        rows[i] = random.nextDouble(-1, 1) + (i % 5 == 0 ? 3 : 0);
      }
      Placement there = Placement.of(rows);
      Placement back = there.inverse();
      double[] from = {
        random.nextDouble(-9, 9), random.nextDouble(-9, 9), random.nextDouble(-9, 9)
      };
      double[] to = new double[3];
      for (int a = 0; a < 3; a++) {
        to[a] = there.map(a, from[0], from[1], from[2]);
      }
      for (int a = 0; a < 3; a++) {
        assertEquals(from[a], back.map(a, to[0], to[1], to[2]), 1e-9);
      }
    }
  }

  @Test
  void whatIsPulledByAWholeShiftIsACropWhoseEdgesRepeat() {
    float[] pulled = Placement.shift(1, -1, 3).pull(counted(), new Extent(2, 3, 3)).values();
    int next = 0;
    for (int x = 1; x < 3; x++) {
      for (int y = -1; y < 2; y++) {
        for (int z = 3; z < 6; z++) {
          assertEquals(
              (x * 4 + Math.max(0, y)) * 5 + Math.min(4, z), pulled[next++], x + " " + y + " " + z);
        }
      }
    }
  }

  @Test
  void betweenVoxelsValuesAreInterpolated() {
    // The values are linear in the voxels' places, so that anywhere inside they are known.
    Placement map = Placement.of(0.5, 0.1, 0, 0.2, 0, 0.7, 0.1, 0.3, 0.2, 0, 0.6, 1);
    float[] pulled = map.pull(counted(), EXTENT).values();
    int inside = 0;
    for (int i = 0; i < 60; i++) {
      int x = i / 20;
      int y = i / 5 % 4;
      int z = i % 5;
      double sx = map.map(0, x, y, z);
      double sy = map.map(1, x, y, z);
      double sz = map.map(2, x, y, z);
      if (sx >= 0 && sx <= 2 && sy >= 0 && sy <= 3 && sz >= 0 && sz <= 4) {
        assertEquals(20 * sx + 5 * sy + sz, pulled[i], 1e-4);
        inside++;
      }
    }
    assertTrue(inside > 40, inside + " inside");
  }

  @Test
  void classesAreThoseOfTheNearestVoxelAndBackgroundOutside() {
    byte[] labels = new byte[60];
    for (int i = 0; i < 60; i++) {
      labels[i] = (byte) (i + 100);
    }
    Placement map = Placement.shift(0.4, 1.6, -1.2);
    byte[] pulled = map.pull(new LabelArray(EXTENT, labels), EXTENT).labels();
    for (int i = 0; i < 60; i++) {
      int x = i / 20;
      int y = i / 5 % 4 + 2;
      int z = i % 5 - 1;
      byte expected = y < 4 && z >= 0 ? labels[(x * 4 + y) * 5 + z] : 0;
      assertEquals(expected, pulled[i], "voxel " + i);
    }
  }

  @Test
  void onlyShiftsByWholeVoxelsAreWhole() {
    assertTrue(Placement.shift(0, 0, 0).isWholeShift());
    assertTrue(Placement.shift(-3, 4, 1000).isWholeShift());
    assertTrue(Placement.shift(-3, 4, 10).inverse().isWholeShift());
    assertFalse(Placement.shift(0, 0.5, 0).isWholeShift());
    for (int i = 0; i < 12; i++) {
      double[] rows = Placement.shift(1, 2, 3).rows();
      rows[i] += 1e-9;
      assertFalse(Placement.of(rows).isWholeShift(), "value " + i);
    }
    assertFalse(Placement.of(-1, 0, 0, 4, 0, 1, 0, 0, 0, 0, 1, 0).isWholeShift(), "mirrored");
  }

  @Test
  void rowsGivenAndTakenAreCopies() {
    double[] rows = Placement.shift(1, 2, 3).rows();
    Placement placement = Placement.of(rows);
    rows[3] = 9;
    placement.rows()[7] = 9;
    assertEquals(Placement.shift(1, 2, 3), placement);
    assertArrayEquals(Placement.shift(1, 2, 3).rows(), placement.rows());
  }
}
