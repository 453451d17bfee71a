package org.onelabel.pipeline.propagation;

import java.util.Arrays;
import java.util.stream.IntStream;

/** What lies near some cells of a grid. */
public final class CellNeighbourhood {
  private CellNeighbourhood() {}

  /** {@code cells} and all that lie within {@code reach} cells of one, along each axis. */
  public static boolean[] around(int[] size, IntStream cells, int reach) {
    boolean[] near = new boolean[size[0] * size[1] * size[2]];
    cells.forEach(
        n -> {
          int x = n / (size[1] * size[2]);
          int y = n / size[2] % size[1];
          int z = n % size[2];
          for (int i = Math.max(0, x - reach); i <= Math.min(size[0] - 1, x + reach); i++) {
            for (int j = Math.max(0, y - reach); j <= Math.min(size[1] - 1, y + reach); j++) {
              int row = (i * size[1] + j) * size[2];
              int from = row + Math.max(0, z - reach);
              Arrays.fill(near, from, row + Math.min(size[2] - 1, z + reach) + 1, true);
            }
          }
        });
    return near;
  }
}
