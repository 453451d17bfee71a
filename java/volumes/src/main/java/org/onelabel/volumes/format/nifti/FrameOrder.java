package org.onelabel.volumes.format.nifti;

import org.onelabel.volumes.grid.Extent;

/** The order of voxels in a frame of a NIfTI file: slice by slice, x fastest. */
final class FrameOrder {
  private FrameOrder() {}

  /** Takes where a voxel lies in an array over the grid, and in its slice. */
  interface Voxel {
    void at(int index, int inSlice);
  }

  /** Visits the voxels of slice {@code z}. */
  static void forEach(Extent extent, int z, Voxel voxel) {
    int next = 0;
    for (int y = 0; y < extent.sizeY(); y++) {
      for (int x = 0; x < extent.sizeX(); x++) {
        voxel.at(extent.index(x, y, z), next++);
      }
    }
  }
}
