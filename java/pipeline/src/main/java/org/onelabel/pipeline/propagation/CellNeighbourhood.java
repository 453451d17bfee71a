package org.onelabel.pipeline.propagation;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.onelabel.volumes.grid.Extent;

/** What lies near some cells of a grid. */
public final class CellNeighbourhood {
  private CellNeighbourhood() {}

  /** {@code cells} and all that lie within {@code reach} cells of one, along each axis. */
  public static boolean[] around(Extent size, IntStream cells, int reach) {
    boolean[] near = new boolean[size.voxels()];
    cells.forEach(
        n -> {
          int x = size.place(n, 0);
          int y = size.place(n, 1);
          int z = size.place(n, 2);
          for (int i = Math.max(0, x - reach); i <= Math.min(size.sizeX() - 1, x + reach); i++) {
            for (int j = Math.max(0, y - reach); j <= Math.min(size.sizeY() - 1, y + reach); j++) {
              int row = size.index(i, j, 0);
              int from = row + Math.max(0, z - reach);
              Arrays.fill(near, from, row + Math.min(size.sizeZ() - 1, z + reach) + 1, true);
            }
          }
        });
    return near;
  }
}
