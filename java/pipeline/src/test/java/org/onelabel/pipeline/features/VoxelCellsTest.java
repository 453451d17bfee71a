package org.onelabel.pipeline.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

class VoxelCellsTest {
  /** Cells of two voxels along x: the second has one voxel of the volume, the third none. */
  private static final FeatureGrid GRID =
      new FeatureGrid(
          new float[3], 1, new Extent(3, 1, 1), Box.of(new Extent(6, 1, 1)), 0, new float[] {1});

  private static final Extent VOLUME = new Extent(3, 1, 1);

  @Test
  void meansAreOverTheVoxelsInsideTheVolume() {
    VoxelCells cells = VoxelCells.of(GRID, VOLUME);
    assertArrayEquals(new int[] {0, 0, 1}, cells.of());
    assertArrayEquals(new int[] {2, 1, 0}, cells.counts());
    assertArrayEquals(new float[] {2, 5, 0}, cells.means(new float[] {1, 3, 5}));
  }

  @Test
  void thePaddingIsBackground() {
    float[] shares = VoxelCells.of(GRID, VOLUME).shares(new byte[] {0, 1, 1}, 2);
    assertArrayEquals(new float[] {0.5f, 0.5f, 0, 1, 1, 0}, shares);
  }
}
