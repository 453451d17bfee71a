package org.onelabel.networks.augmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpatialMapTest {
  private static final int[] PATCH = {48, 48, 48};

  /** Scale and stretch together at most; a displacement of six deviations does not happen here. */
  private static final double LARGEST = 1.2 * 1.1;

  private static final double FARTHEST = 6 * 2;

  private static SpatialMap random(SplittableRandom random, double... spacing) {
    return SpatialMap.deformation(PATCH, new Anisotropy(spacing), random);
  }

  @ParameterizedTest
  @CsvSource({"0, 10, 1.5, 1.5", "1, 1, 4, 1", "2, 1.5, 1.5, 8"})
  void acrossThickSlicesThereIsNoMoreThanScaleAndDisplacement(
      int across, double x, double y, double z) {
    double[] spacing = {x, y, z};
    double share = Math.min(x, Math.min(y, z)) / spacing[across];
    SplittableRandom random = new SplittableRandom(1);
    double[] at = new double[3];
    for (int n = 0; n < 200; n++) {
      SpatialMap map = random(random, spacing);
      for (int i = 0; i < 50; i++) {
        double[] from = new double[3];
        for (int a = 0; a < 3; a++) {
          from[a] = random.nextDouble(-24, 24);
        }
        map.apply(from[0], from[1], from[2], at);
        double most = LARGEST * (Math.abs(from[across]) + FARTHEST * share);
        assertTrue(Math.abs(at[across]) <= most, () -> at[across] + " from " + from[across]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 5", "2, 16"})
  void nothingLeavesAThinPatch(int across, int side) {
    int[] patch = {64, 64, 64};
    patch[across] = side;
    Anisotropy voxels = new Anisotropy(new double[] {1, 1, 1});
    SplittableRandom random = new SplittableRandom(1);
    double[] at = new double[3];
    boolean moved = false;
    for (int n = 0; n < 200; n++) {
      SpatialMap map = SpatialMap.deformation(patch, voxels, random);
      double[] from = {
        random.nextDouble(-9, 9), random.nextDouble(-9, 9), random.nextDouble(-9, 9)
      };
      map.apply(from[0], from[1], from[2], at);
      assertTrue(Math.abs(at[across]) <= LARGEST * Math.abs(from[across]) + 1e-9);
      moved |= Math.abs(at[(across + 1) % 3] - from[(across + 1) % 3]) > 1;
    }
    assertTrue(moved);
  }

  @Test
  void aNeedleIsNoPlate() {
    Anisotropy voxels = new Anisotropy(new double[] {1, 1, 1});
    assertEquals(-1, voxels.acrossThin(new int[] {32, 32, 144}));
    assertEquals(2, voxels.acrossThin(new int[] {144, 100, 32}));
    assertEquals(-1, voxels.acrossThin(new int[] {144, 96, 32}));
    SplittableRandom random = new SplittableRandom(1);
    double[] at = new double[3];
    for (int n = 0; n < 200; n++) {
      SpatialMap map = SpatialMap.deformation(new int[] {32, 32, 144}, voxels, random);
      map.apply(0, 0, 72, at);
      // Two turns of 15° at most, scale and stretch, and displacements.
      double most = LARGEST * (72 * Math.sin(Math.toRadians(30)) + FARTHEST);
      assertTrue(Math.abs(at[0]) < most && Math.abs(at[1]) < most);
    }
  }

  @Test
  void oneThickSliceIsLeftByNothing() {
    Anisotropy voxels = new Anisotropy(new double[] {1, 1, 5});
    SplittableRandom random = new SplittableRandom(1);
    double[] at = new double[3];
    for (int n = 0; n < 200; n++) {
      SpatialMap map = SpatialMap.deformation(new int[] {64, 64, 1}, voxels, random);
      map.apply(random.nextDouble(-32, 32), random.nextDouble(-32, 32), 0, at);
      assertEquals(0, at[2], 1e-9);
    }
  }

  /** Lengths in millimetres change by scale alone, whatever the voxels' sides. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1.5, 1.5, 10", "0.7, 2, 1", "3, 1, 2"})
  void aDeformationIsAlikeInMillimetres(double x, double y, double z) {
    double[] spacing = {x, y, z};
    double finest = Math.min(x, Math.min(y, z));
    SplittableRandom random = new SplittableRandom(2);
    double[] origin = new double[3];
    double[] at = new double[3];
    int undisplaced = 0;
    for (int n = 0; n < 300; n++) {
      SpatialMap map = random(random, spacing);
      map.apply(0, 0, 0, origin);
      if (origin[0] != 0 || origin[1] != 0 || origin[2] != 0) {
        continue;
      }
      undisplaced++;
      for (int a = 0; a < 3; a++) {
        double[] step = new double[3];
        step[a] = finest / spacing[a];
        map.apply(step[0], step[1], step[2], at);
        double length = 0;
        for (int b = 0; b < 3; b++) {
          length += at[b] * spacing[b] * at[b] * spacing[b];
        }
        length = Math.sqrt(length) / finest;
        assertTrue(length <= LARGEST + 1e-9 && length >= 1 / LARGEST - 1e-9, "length " + length);
      }
    }
    assertTrue(undisplaced > 30, "one of five is not displaced, not " + undisplaced);
  }

  @Test
  void displacementsAreAlikeInMillimetres() {
    double[] spacing = {1, 2, 1};
    SplittableRandom random = new SplittableRandom(3);
    double[] at = new double[3];
    double[] squares = new double[3];
    int displaced = 0;
    for (int n = 0; n < 2000; n++) {
      random(random, spacing).apply(0, 0, 0, at);
      displaced += at[0] == 0 ? 0 : 1;
      for (int a = 0; a < 3; a++) {
        squares[a] += at[a] * spacing[a] * at[a] * spacing[a];
      }
    }
    assertTrue(displaced > 1500 && displaced < 1700, displaced + " of 2000");
    assertEquals(1, Math.sqrt(squares[1] / squares[0]), 0.1);
    assertEquals(1, Math.sqrt(squares[2] / squares[0]), 0.1);
  }
}
