package org.onelabel.pipeline.registration.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.onelabel.volumes.grid.Extent;

class CellsTest {
  @Test
  void fineVoxelsGiveCubes() {
    Cells cells = Cells.of(new double[] {100, 50, 25}, new double[] {1, 1, 1}, 1000);
    assertArrayEquals(new double[] {5, 5, 5}, cells.sides(), 1e-9);
    assertEquals(new Extent(20, 10, 5), cells.covering(new double[] {100, 50, 25}));
    assertEquals(5, cells.finest(), 1e-9);
  }

  @Test
  void thickSlicesAreKeptAndTheOthersMakeUpForIt() {
    double[] extent = {120, 120, 80};
    Cells cells = Cells.of(extent, new double[] {1.5, 1.5, 8}, 4000);
    assertEquals(8, cells.sides()[2]);
    assertEquals(6, cells.sides()[0], 1e-9);
    assertEquals(6, cells.sides()[1], 1e-9);
    assertEquals(new Extent(20, 20, 10), cells.covering(extent));
  }

  @Test
  void noCellIsFinerThanAVoxelWhateverTheCount() {
    double[] spacing = {1.5, 2, 8};
    assertArrayEquals(spacing, Cells.of(new double[] {30, 30, 80}, spacing, 1e9).sides());
  }

  @Test
  void countsAreAboutWhatWasAskedFor() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 0; n < 500; n++) {
      double[] spacing = new double[3];
      double[] extent = new double[3];
      double voxels = 1;
      for (int a = 0; a < 3; a++) {
        spacing[a] = random.nextDouble(0.5, 10);
        int side = random.nextInt(8, 150);
        voxels *= side;
        extent[a] = side * spacing[a];
      }
      double count = random.nextDouble(200, 20000);
      Cells cells = Cells.of(extent, spacing, count);
      double got = 1;
      for (int a = 0; a < 3; a++) {
        assertTrue(cells.sides()[a] >= spacing[a] * (1 - 1e-9), "finer than a voxel");
        got *= cells.covering(extent).size(a);
      }
      double wanted = Math.min(count, voxels);
      assertTrue(got < 1.7 * wanted && got > wanted / 1.7, got + " cells for " + wanted);
    }
  }

  @Test
  void oneVoxelThinIsOneCell() {
    double[] extent = {60, 60, 1};
    Cells cells = Cells.of(extent, new double[] {1, 1, 1}, 500);
    assertEquals(1, cells.covering(extent).sizeZ());
  }
}
