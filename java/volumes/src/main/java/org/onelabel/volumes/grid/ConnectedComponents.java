package org.onelabel.volumes.grid;

import java.util.Arrays;

/**
 * The connected components of a mask.
 *
 * @param labels of each voxel, −1 outside the mask, else its component, 0, 1, … by the first voxel
 * @param count of components
 */
public record ConnectedComponents(int[] labels, int count) {

  /** Which voxels are of one component. */
  public enum Connectivity {
    /** Those that touch in a side: 6 neighbours. */
    SIDES(1),
    /** Those that touch in a side, an edge or a corner: 26 neighbours. */
    CORNERS(3);

    /** Along how many axes a neighbour may lie aside. */
    private final int axes;

    Connectivity(int axes) {
      this.axes = axes;
    }
  }

  /** Those of a mask over {@code extent}, connected by corners. */
  public static ConnectedComponents of(boolean[] mask, Extent extent) {
    return of(mask, extent, Connectivity.CORNERS);
  }

  /** The same of another connectivity. */
  public static ConnectedComponents of(boolean[] mask, Extent extent, Connectivity connectivity) {
    Flood flood = new Flood(mask, extent, connectivity);
    int count = 0;
    for (int seed = 0; seed < mask.length; seed++) {
      if (flood.enters(seed)) {
        flood.fill(seed, count++);
      }
    }
    return new ConnectedComponents(flood.labels, count);
  }

  /** How many voxels each component has. */
  public int[] sizes() {
    int[] sizes = new int[count];
    for (int label : labels) {
      if (label >= 0) {
        sizes[label]++;
      }
    }
    return sizes;
  }

  /** The labels so far, and the voxels whose neighbours are still to be looked at. */
  private static final class Flood {
    private final boolean[] mask;
    private final Extent extent;
    private final Connectivity connectivity;
    private final int[] labels;
    private int[] stack = new int[64];
    private int waiting;

    Flood(boolean[] mask, Extent extent, Connectivity connectivity) {
      this.mask = mask;
      this.extent = extent;
      this.connectivity = connectivity;
      labels = new int[mask.length];
      Arrays.fill(labels, -1);
    }

    boolean enters(int voxel) {
      return mask[voxel] && labels[voxel] < 0;
    }

    void fill(int seed, int label) {
      push(seed, label);
      while (waiting > 0) {
        spread(stack[--waiting], label);
      }
    }

    private void push(int voxel, int label) {
      labels[voxel] = label;
      if (waiting == stack.length) {
        stack = Arrays.copyOf(stack, 2 * waiting);
      }
      stack[waiting++] = voxel;
    }

    /** Labels the neighbours of a voxel that have no label yet. */
    private void spread(int voxel, int label) {
      int x = extent.place(voxel, 0);
      int y = extent.place(voxel, 1);
      int z = extent.place(voxel, 2);
      for (int i = -1; i <= 1; i++) {
        for (int j = -1; j <= 1; j++) {
          for (int k = -1; k <= 1; k++) {
            if (Math.abs(i) + Math.abs(j) + Math.abs(k) <= connectivity.axes
                && extent.contains(x + i, y + j, z + k)) {
              int neighbour = extent.index(x + i, y + j, z + k);
              if (enters(neighbour)) {
                push(neighbour, label);
              }
            }
          }
        }
      }
    }
  }
}
