package org.onelabel.pipeline;

/**
 * Which cell of a grid each voxel of a volume lies in.
 *
 * @param of the cell of every voxel in [x, y, z] order, −1 outside the grid's box
 * @param counts voxels of each cell, 0 for a cell in the padding
 */
record VoxelCells(int[] of, int[] counts) {

  static VoxelCells of(FeatureGrid grid, int[] shape) {
    int[] of = new int[shape[0] * shape[1] * shape[2]];
    int[] counts = new int[grid.cells()];
    int voxel = 0;
    for (int x = 0; x < shape[0]; x++) {
      for (int y = 0; y < shape[1]; y++) {
        for (int z = 0; z < shape[2]; z++, voxel++) {
          int n = PatchBox.cell(grid, x, y, z);
          of[voxel] = n;
          if (n >= 0) {
            counts[n]++;
          }
        }
      }
    }
    return new VoxelCells(of, counts);
  }

  /** The mean of each cell's voxels; 0 in the padding. */
  float[] means(float[] voxels) {
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

  /** cells × classes: what part of a cell's voxels has each class; the padding is background. */
  float[] shares(byte[] labels, int classes) {
    float[] shares = new float[counts.length * classes];
    for (int voxel = 0; voxel < of.length; voxel++) {
      if (of[voxel] >= 0) {
        shares[of[voxel] * classes + (labels[voxel] & 255)]++;
      }
    }
    for (int n = 0; n < counts.length; n++) {
      for (int c = 0; c < classes; c++) {
        shares[n * classes + c] /= Math.max(1, counts[n]);
      }
      shares[n * classes] += counts[n] == 0 ? 1 : 0;
    }
    return shares;
  }
}
