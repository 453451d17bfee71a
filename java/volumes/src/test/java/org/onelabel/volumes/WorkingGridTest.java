package org.onelabel.volumes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorkingGridTest {
  /** Voxel axes run up, left, front. */
  private static final Affine TURNED = Affine.of(0, -2, 0, 9, 0, 0, 1.5, 0, 3, 0, 0, -4);

  private static byte[] ball(int[] shape) {
    byte[] labels = new byte[shape[0] * shape[1] * shape[2]];
    int i = 0;
    for (int x = 0; x < shape[0]; x++) {
      for (int y = 0; y < shape[1]; y++) {
        for (int z = 0; z < shape[2]; z++, i++) {
          double dx = (x - 0.5 * shape[0]) / shape[0];
          double dy = (y - 0.5 * shape[1]) / shape[1];
          double dz = (z - 0.5 * shape[2]) / shape[2];
          labels[i] = (byte) (dx * dx + dy * dy + dz * dz < 0.1 ? 1 + (dx > 0 ? 1 : 0) : 0);
        }
      }
    }
    return labels;
  }

  @Test
  void turningThereAndBackAtTheSameSpacingChangesNothing() {
    Geometry geometry = Geometry.of(6, 5, 7, TURNED);
    WorkingGrid grid = WorkingGrid.of(geometry, WorkingGrid.canonicalSpacing(geometry));
    float[] values = new float[geometry.voxels()];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    Volume there = grid.forward(new Volume(geometry, values));
    assertArrayEquals(new int[] {5, 7, 6}, there.geometry().shape());
    assertArrayEquals(values, grid.back(there.voxels()));
    LabelMap labels = new LabelMap(geometry, ball(geometry.shape()));
    assertArrayEquals(labels.labels(), grid.back(grid.forward(labels)).labels());
  }

  @Test
  void voxelsKeepTheirPlaceInSpace() {
    Geometry geometry = Geometry.of(6, 5, 7, TURNED);
    WorkingGrid grid = WorkingGrid.of(geometry, WorkingGrid.canonicalSpacing(geometry));
    // A value that is linear in millimetres must be so on the working grid, too.
    float[] values = new float[geometry.voxels()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) height(geometry, i);
    }
    Volume there = grid.forward(new Volume(geometry, values));
    for (int i = 0; i < values.length; i++) {
      assertEquals(height(there.geometry(), i), there.voxels()[i], 1e-4);
    }
    for (int row = 0; row < 3; row++) {
      assertTrue(there.geometry().affine().at(row, row) > 0);
    }
  }

  private static double height(Geometry g, int i) {
    int z = i % g.sizeZ();
    int row = i / g.sizeZ();
    int y = row % g.sizeY();
    int x = row / g.sizeY();
    double sum = 0;
    for (int a = 0; a < 3; a++) {
      double mm =
          g.affine().at(a, 0) * x
              + g.affine().at(a, 1) * y
              + g.affine().at(a, 2) * z
              + g.affine().at(a, 3);
      sum += (a + 1) * mm;
    }
    return sum;
  }

  @Test
  void labelsSurviveACoarserGrid() {
    Geometry geometry = Geometry.of(40, 36, 30, Affine.ofSpacing(0.5, 0.5, 0.8));
    WorkingGrid grid = WorkingGrid.of(geometry, new double[] {1, 1, 1});
    byte[] labels = ball(geometry.shape());
    byte[] again = grid.back(grid.forward(new LabelMap(geometry, labels))).labels();
    int wrong = 0;
    int inside = 0;
    for (int i = 0; i < labels.length; i++) {
      wrong += labels[i] == again[i] ? 0 : 1;
      inside += labels[i] == 0 ? 0 : 1;
    }
    assertTrue(wrong < 0.2 * inside, wrong + " of " + inside);
  }

  private static String misfit(Geometry geometry, double spacing) {
    double[] sides = {spacing, spacing, spacing};
    String why = WorkingGrid.misfit(geometry, sides).orElse("");
    if (why.isEmpty()) {
      assertEquals(spacing, WorkingGrid.of(geometry, sides).target().spacing()[0], 0.6 * spacing);
    } else {
      assertThrows(IllegalArgumentException.class, () -> WorkingGrid.of(geometry, sides));
    }
    return why;
  }

  private static Geometry cube(int size, double spacing) {
    return Geometry.of(size, size, size, Affine.ofSpacing(spacing, spacing, spacing));
  }

  @Test
  void spacingsInAnotherUnitAreRefused() {
    assertTrue(misfit(cube(40, 1000), 1).contains("voxels are 1000 × 1000 × 1000 mm"));
    assertTrue(misfit(cube(40, 0.001), 1).contains("more than 50 times apart"));
    assertTrue(misfit(cube(40, 1e-30), 1).contains("unit"));
    assertTrue(misfit(cube(40, 1e30), 1).contains("unit"));
    assertTrue(misfit(cube(40, 1), 1e-9).contains("unit"));
    assertTrue(misfit(cube(40, 1), Double.NaN).contains("unit"));
    assertTrue(misfit(cube(40, 30), 1).contains("1200×1200×1200 voxels of 40×40×40, more than"));
    assertTrue(misfit(cube(400, 2), 1).contains("more than 268435456"));
  }

  @Test
  void thinAndTinyScansFit() {
    assertEquals("", misfit(cube(1, 1), 1));
    assertEquals("", misfit(cube(1, 40), 1));
    assertEquals("", misfit(cube(20, 10), 1));
    assertEquals("", misfit(cube(64, 0.1), 1));
    Geometry slices = Geometry.of(200, 200, 20, Affine.ofSpacing(0.4, 0.4, 10));
    assertEquals("", misfit(slices, 0.4));
  }

  @Test
  void argmaxOfProbabilitiesPrefersTheLowestClass() {
    Geometry geometry = Geometry.of(2, 2, 2, Affine.ofSpacing(1, 1, 1));
    WorkingGrid grid = WorkingGrid.of(geometry, new double[] {1, 1, 1});
    float[][] even = new float[3][8];
    even[2][5] = 0.5f;
    LabelMap labels = grid.back(even);
    assertArrayEquals(new byte[] {0, 0, 0, 0, 0, 2, 0, 0}, labels.labels());
  }

  /** Ignored voxels and high classes vote for themselves, and the most voxels win. */
  @Test
  void ignoredVoxelsAndHighClassesKeepTheirPlace() {
    byte[] labels = new byte[4 * 4 * 4];
    for (int i = 0; i < labels.length; i++) {
      int x = i / 16;
      labels[i] = (byte) (x < 2 ? LabelMap.IGNORED : 254);
    }
    labels[0] = 1;
    labels[63] = (byte) LabelMap.IGNORED;
    Geometry geometry = Geometry.of(4, 4, 4, Affine.ofSpacing(1, 1, 1));
    WorkingGrid grid = WorkingGrid.of(geometry, new double[] {2, 2, 2});
    LabelMap there = grid.forward(new LabelMap(geometry, labels));
    byte unknown = (byte) LabelMap.IGNORED;
    byte high = (byte) 254;
    assertArrayEquals(
        new byte[] {unknown, unknown, unknown, unknown, high, high, high, high}, there.labels());
    byte[] back = grid.back(there).labels();
    assertEquals(unknown, back[0]);
    assertEquals(high, back[63]);
    assertEquals(254, grid.back(there).highest());
  }

  @Test
  void classesAbove127GoThereAndBack() {
    byte[] labels = new byte[6 * 5 * 4];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (i < 60 ? 128 + i : 255 - i);
    }
    Affine turned = Affine.of(0, -1, 0, 3, 0, 0, 2, 4, 1, 0, 0, 5);
    LabelMap map = new LabelMap(Geometry.of(6, 5, 4, turned), labels);
    WorkingGrid grid = WorkingGrid.of(map.geometry(), new double[] {1, 2, 1});
    LabelMap there = grid.forward(map);
    assertEquals(map.highest(), there.highest());
    assertArrayEquals(labels, grid.back(there).labels());
    float[][] probabilities = new float[201][grid.target().voxels()];
    Arrays.fill(probabilities[200], 1);
    assertEquals(200, grid.back(probabilities).array().at(7));
  }

  @Test
  void labelsOfALargeGridAreTheArgmaxOfTheWholeClasses() {
    // More voxels than are brought back at once, with axes in another order and direction.
    Geometry file = Geometry.of(130, 201, 190, Affine.of(0, -1, 0, 9, 0, 0, 1.2, 3, 0.9, 0, 0, 1));
    WorkingGrid grid = WorkingGrid.of(file, new double[] {3, 2.5, 4});
    float[][] classes = new float[3][grid.target().voxels()];
    java.util.SplittableRandom random = new java.util.SplittableRandom(11);
    for (float[] values : classes) {
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(4);
      }
    }
    byte[] labels = grid.back(classes).labels();
    float[][] whole = {grid.back(classes[0]), grid.back(classes[1]), grid.back(classes[2])};
    for (int i = 0; i < labels.length; i++) {
      int best = whole[1][i] > whole[0][i] ? 1 : 0;
      best = whole[2][i] > whole[best][i] ? 2 : best;
      if (best != labels[i]) {
        assertEquals(best, labels[i], file.extent().describe(i));
      }
    }
  }
}
