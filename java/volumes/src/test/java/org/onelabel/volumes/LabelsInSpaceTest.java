package org.onelabel.volumes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.onelabel.volumes.grid.Extent;

/** Labels belong to an image by where they lie, not by how they are stored. */
class LabelsInSpaceTest {
  private static final Affine AFFINE = Affine.of(0.9, 0.1, 0, -20, -0.1, 0.9, 0, 7, 0, 0, 3, 11);
  private static final Geometry IMAGE = Geometry.of(5, 4, 3, AFFINE);

  private static byte[] labels(int seed) {
    byte[] labels = new byte[IMAGE.voxels()];
    Random random = new Random(seed);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) random.nextInt(256);
    }
    return labels;
  }

  private static Affine shifted(Affine affine, double by) {
    double[] values = affine.values();
    for (int row = 0; row < 3; row++) {
      values[4 * row + 3] += by;
    }
    return Affine.of(values);
  }

  @Test
  void everyOrderAndDirectionOfTheAxesIsBroughtBack() {
    int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    byte[] expected = labels(1);
    for (int[] order : orders) {
      for (int flips = 0; flips < 8; flips++) {
        int[] size = {IMAGE.size(order[0]), IMAGE.size(order[1]), IMAGE.size(order[2])};
        double[] rows = new double[12];
        for (int row = 0; row < 3; row++) {
          rows[4 * row + 3] = AFFINE.at(row, 3);
          for (int a = 0; a < 3; a++) {
            boolean flipped = (flips >> a & 1) != 0;
            rows[4 * row + a] = (flipped ? -1 : 1) * AFFINE.at(row, order[a]);
            rows[4 * row + 3] += flipped ? AFFINE.at(row, order[a]) * (size[a] - 1) : 0;
          }
        }
        byte[] stored = new byte[expected.length];
        for (int x = 0; x < size[0]; x++) {
          for (int y = 0; y < size[1]; y++) {
            for (int z = 0; z < size[2]; z++) {
              int[] at = {x, y, z};
              int[] image = new int[3];
              for (int a = 0; a < 3; a++) {
                image[order[a]] = (flips >> a & 1) != 0 ? size[a] - 1 - at[a] : at[a];
              }
              stored[(x * size[1] + y) * size[2] + z] =
                  expected[(image[0] * 4 + image[1]) * 3 + image[2]];
            }
          }
        }
        LabelMap map =
            new LabelMap(Geometry.of(size[0], size[1], size[2], Affine.of(rows)), stored);
        assertArrayEquals(expected, map.onto(IMAGE).orElseThrow().labels());
      }
    }
  }

  @Test
  void roundingOfAHeaderIsNoDifference() {
    LabelMap rounded = new LabelMap(Geometry.of(5, 4, 3, shifted(AFFINE, 1e-3)), labels(2));
    assertArrayEquals(labels(2), rounded.onto(IMAGE).orElseThrow().labels());
    assertEquals(IMAGE, rounded.onto(IMAGE).orElseThrow().geometry());
  }

  @Test
  void labelsElsewhereOrWithOtherVoxelsAreNotTaken() {
    Geometry elsewhere = Geometry.of(5, 4, 3, shifted(AFFINE, 0.5));
    assertEquals(Optional.empty(), new LabelMap(elsewhere, labels(3)).onto(IMAGE));
    Geometry coarser = Geometry.of(5, 4, 3, Affine.ofSpacing(1, 1, 5));
    assertEquals(Optional.empty(), new LabelMap(coarser, labels(3)).onto(IMAGE));
    Geometry shorter = Geometry.of(5, 4, 2, AFFINE);
    assertEquals(Optional.empty(), new LabelMap(shorter, new byte[40]).onto(IMAGE));
  }

  @Test
  void aHeaderWithoutPlaceIsTakenByItsVoxelSides() {
    Geometry unplaced = new Geometry(new Extent(5, 4, 3), Affine.ofSpacing(1, 1, 3), () -> false);
    assertTrue(unplaced.coincidesWith(Geometry.of(5, 4, 3, Affine.ofSpacing(1, 1, 3))));
    assertFalse(unplaced.coincidesWith(Geometry.of(5, 4, 3, Affine.ofSpacing(1, 1, 1))));
  }
}
