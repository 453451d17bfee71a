package org.onelabel.pipeline.features;

import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * Which cell of a grid each voxel of a volume lies in.
 *
 * @param of the cell of every voxel in [x, y, z] order, −1 outside the grid's box
 * @param counts voxels of each cell, 0 for a cell in the padding
 */
public record VoxelCells(int[] of, int[] counts) {

  /** The cells of a grid in a volume. */
  public static VoxelCells of(FeatureGrid grid, Extent volume) {
    return of(grid.size(), grid.box(), volume);
  }

  /**
   * The cells that a box is divided into.
   *
   * @param size cells along x, y, z
   * @param volume that the box lies in
   */
  static VoxelCells of(Extent size, Box box, Extent volume) {
    int[][] along = new int[3][];
    for (int a = 0; a < 3; a++) {
      along[a] = new int[volume.size(a)];
      for (int voxel = 0; voxel < along[a].length; voxel++) {
        int cell = Math.floorDiv((voxel - box.start(a)) * size.size(a), box.extent().size(a));
        along[a][voxel] = cell < size.size(a) ? cell : -1;
      }
    }
    int[] of = new int[volume.voxels()];
    int[] counts = new int[size.voxels()];
    int voxel = 0;
    for (int i : along[0]) {
      for (int j : along[1]) {
        for (int k : along[2]) {
          boolean inside = i >= 0 && j >= 0 && k >= 0;
          int n = inside ? size.index(i, j, k) : -1;
          of[voxel++] = n;
          if (inside) {
            counts[n]++;
          }
        }
      }
    }
    return new VoxelCells(of, counts);
  }

  /** The mean of each cell's voxels; 0 in the padding. */
  public float[] means(float[] voxels) {
    float[] means = new float[counts.length];
    for (int voxel = 0; voxel < of.length; voxel++) {
      if (of[voxel] >= 0) {
        means[of[voxel]] += voxels[voxel];
      }
    }
    for (int n = 0; n < means.length; n++) {
      means[n] /= Math.max(1, counts[n]);
    }
    return means;
  }

  /**
   * cells × classes: what part of a cell's voxels has each class, ignored ones left out; what has
   * no voxels then, such as the padding, is background.
   */
  public float[] shares(byte[] labels, int classes) {
    int[] known = known(labels);
    float[] shares = new float[counts.length * classes];
    for (int voxel = 0; voxel < of.length; voxel++) {
      int label = LabelArray.classOf(labels[voxel]);
      if (of[voxel] >= 0 && label != LabelArray.IGNORED) {
        shares[of[voxel] * classes + label]++;
      }
    }
    for (int n = 0; n < counts.length; n++) {
      for (int c = 0; c < classes; c++) {
        shares[n * classes + c] /= Math.max(1, known[n]);
      }
      shares[n * classes] += known[n] == 0 ? 1 : 0;
    }
    return shares;
  }

  /** Which cells may vote: not those whose voxels are all ignored. */
  public boolean[] voters(byte[] labels) {
    int[] known = known(labels);
    boolean[] voters = new boolean[counts.length];
    for (int n = 0; n < counts.length; n++) {
      voters[n] = counts[n] == 0 || known[n] > 0;
    }
    return voters;
  }

  /** How many voxels of each cell are not ignored. */
  private int[] known(byte[] labels) {
    int[] known = counts.clone();
    for (int voxel = 0; voxel < of.length; voxel++) {
      if (of[voxel] >= 0 && LabelArray.classOf(labels[voxel]) == LabelArray.IGNORED) {
        known[of[voxel]]--;
      }
    }
    return known;
  }
}
