package org.onelabel.pipeline.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

class FeatureGridTest {
  @Test
  void otherChannelsAreMeansOverCellsAndPositionsStay() {
    float[] rows = {9, 0.1f, 0.2f, 0.3f, 9, 0.4f, 0.5f, 0.6f};
    Extent voxels = new Extent(4, 1, 1);
    FeatureGrid grid =
        new FeatureGrid(rows, 4, new Extent(2, 1, 1), Box.of(voxels), 3, new float[] {1});
    FeatureGrid other = grid.withChannels(new float[][] {{1, 3, 5, 7}, {2, 2, 4, 0}}, voxels);
    assertEquals(5, other.dimension());
    assertArrayEquals(
        new float[] {2, 2, 0.1f, 0.2f, 0.3f, 6, 2, 0.4f, 0.5f, 0.6f}, other.rows(), 1e-6f);
  }

  @Test
  void positionsMoveByHowMuchAVoxelIsWhereTheCellLies() {
    // Cells of two voxels along x and three along z; a position channel of weight 3 along both.
    Extent size = new Extent(4, 1, 2);
    Box box = Box.of(new Extent(8, 1, 6));
    float[] rows = new float[8 * 4];
    for (int n = 0; n < 8; n++) {
      int x = n / 2;
      rows[4 * n] = n;
      rows[4 * n + 1] = 3 * (2 * (x + 0.5f) / 4 - 1);
      rows[4 * n + 2] = 0.5f;
      rows[4 * n + 3] = 3 * (2 * (n % 2 + 0.5f) / 2 - 1);
    }
    FeatureGrid grid = new FeatureGrid(rows, 4, size, box, 3, new float[] {1});
    FeatureGrid moved = grid.moved((axis, x, y, z) -> axis == 0 ? x : axis == 1 ? y + 7 : -2 * z);
    for (int n = 0; n < 8; n++) {
      int cell = n / 2;
      double x = 2 * cell + 0.5;
      double z = 3 * (n % 2) + 1;
      assertEquals(n, moved.rows()[4 * n], "other channels stay");
      assertEquals(rows[4 * n + 1] + x * 6 / 8, moved.rows()[4 * n + 1], 1e-6);
      assertEquals(0.5f, moved.rows()[4 * n + 2], "a single cell says no unit");
      assertEquals(rows[4 * n + 3] - 2 * z * 6 / 6, moved.rows()[4 * n + 3], 1e-6);
    }
    assertArrayEquals(new float[] {0, -2.25f, 0.5f, -1.5f}, Arrays.copyOf(rows, 4));
  }
}
