package org.onelabel.pipeline.framing;

import org.onelabel.volumes.grid.Extent;

/** The eight voxels around a place, and what each counts there. For one thread at a time. */
public final class Corners {
  /** How many there are. */
  public static final int COUNT = 8;

  private final Extent extent;
  private final int[] voxels = new int[COUNT];
  private final double[] shares = new double[COUNT];

  /** Those of places in a grid. */
  public Corners(Extent extent) {
    this.extent = extent;
  }

  /**
   * Goes to a place, in voxels; beyond the first and the last voxel of an axis the edge repeats.
   */
  public void goTo(double x, double y, double z) {
    int x0 = (int) Math.floor(x);
    int y0 = (int) Math.floor(y);
    int z0 = (int) Math.floor(z);
    for (int corner = 0; corner < COUNT; corner++) {
      int cx = Math.clamp(x0 + (corner >> 2), 0, extent.sizeX() - 1);
      int cy = Math.clamp(y0 + (corner >> 1 & 1), 0, extent.sizeY() - 1);
      int cz = Math.clamp(z0 + (corner & 1), 0, extent.sizeZ() - 1);
      voxels[corner] = extent.index(cx, cy, cz);
      shares[corner] =
          ((corner & 4) != 0 ? x - x0 : x0 + 1 - x)
              * ((corner & 2) != 0 ? y - y0 : y0 + 1 - y)
              * ((corner & 1) != 0 ? z - z0 : z0 + 1 - z);
    }
  }

  /** The index of a corner's voxel. */
  public int voxel(int corner) {
    return voxels[corner];
  }

  /** What a corner counts, 0…1; all together 1. */
  public double share(int corner) {
    return shares[corner];
  }
}
