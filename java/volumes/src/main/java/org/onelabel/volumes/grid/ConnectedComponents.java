package org.onelabel.volumes.grid;

import java.util.Arrays;

/**
 * The connected components of a mask: voxels that touch in a side, an edge or a corner are of one.
 *
 * @param labels of each voxel, −1 outside the mask, else its component, 0, 1, … by the first voxel
 * @param count of components
 */
public record ConnectedComponents(int[] labels, int count) {

  /**
   * Those of a mask.
   *
   * @param shape voxels along x, y, z, z fastest
   */
  public static ConnectedComponents of(boolean[] mask, int[] shape) {
    int[] labels = new int[mask.length];
    Arrays.fill(labels, -1);
    int[] stack = new int[64];
    int count = 0;
    for (int seed = 0; seed < mask.length; seed++) {
      if (!mask[seed] || labels[seed] >= 0) {
        continue;
      }
      labels[seed] = count;
      stack[0] = seed;
      int waiting = 1;
      while (waiting > 0) {
        int voxel = stack[--waiting];
        if (waiting + 26 > stack.length) {
          stack = Arrays.copyOf(stack, 2 * stack.length);
        }
        waiting = spread(voxel, count, mask, shape, labels, stack, waiting);
      }
      count++;
    }
    return new ConnectedComponents(labels, count);
  }

  /** Labels the neighbours of a voxel that have no label yet, and puts them on the stack. */
  private static int spread(
      int voxel, int label, boolean[] mask, int[] shape, int[] labels, int[] stack, int waiting) {
    int x = voxel / (shape[1] * shape[2]);
    int y = voxel / shape[2] % shape[1];
    int z = voxel % shape[2];
    int top = waiting;
    for (int i = Math.max(0, x - 1); i <= Math.min(shape[0] - 1, x + 1); i++) {
      for (int j = Math.max(0, y - 1); j <= Math.min(shape[1] - 1, y + 1); j++) {
        for (int k = Math.max(0, z - 1); k <= Math.min(shape[2] - 1, z + 1); k++) {
          int neighbour = (i * shape[1] + j) * shape[2] + k;
          if (mask[neighbour] && labels[neighbour] < 0) {
            labels[neighbour] = label;
            stack[top++] = neighbour;
          }
        }
      }
    }
    return top;
  }
}
