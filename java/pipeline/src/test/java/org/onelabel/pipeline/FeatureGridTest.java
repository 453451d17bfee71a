package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FeatureGridTest {
  @Test
  void otherChannelsAreMeansOverCellsAndPositionsStay() {
    float[] rows = {9, 0.1f, 0.2f, 0.3f, 9, 0.4f, 0.5f, 0.6f};
    int[] voxels = {4, 1, 1};
    FeatureGrid grid =
        new FeatureGrid(
            rows, 4, new int[] {2, 1, 1}, new int[] {0, 0, 0}, voxels, 3, new float[] {1});
    FeatureGrid other = grid.withChannels(new float[][] {{1, 3, 5, 7}, {2, 2, 4, 0}}, voxels);
    assertEquals(5, other.dimension());
    assertArrayEquals(
        new float[] {2, 2, 0.1f, 0.2f, 0.3f, 6, 2, 0.4f, 0.5f, 0.6f}, other.rows(), 1e-6f);
  }
}
