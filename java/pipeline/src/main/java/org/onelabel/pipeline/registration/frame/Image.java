package org.onelabel.pipeline.registration.frame;

import java.util.List;
import org.onelabel.volumes.grid.Extent;

/**
 * A scan to be registered. Arrays are shared, not copied.
 *
 * @param channels one value a voxel each, [x, y, z] with z fastest
 * @param extent voxels along x, y, z
 * @param spacing millimetres between voxels along x, y, z
 */
public record Image(List<float[]> channels, Extent extent, double[] spacing) {
  public Image {
    channels = List.copyOf(channels);
  }

  /** Its sides, millimetres. */
  public double[] sides() {
    return Frame.sides(extent, spacing);
  }

  /** Whether a place, in voxels, lies in one of its voxels. */
  public boolean covers(double x, double y, double z) {
    return x >= -0.5
        && y >= -0.5
        && z >= -0.5
        && x <= extent.sizeX() - 0.5
        && y <= extent.sizeY() - 0.5
        && z <= extent.sizeZ() - 0.5;
  }

  /** Whether its slices are so thick that nothing can be turned out of their plane. */
  public boolean isPlanar() {
    return thickest(spacing) > PLANAR * finest(spacing);
  }

  /** The axis across the slices of a planar image. */
  public int acrossSlices() {
    int across = 0;
    for (int a = 1; a < 3; a++) {
      across = spacing[a] > spacing[across] ? a : across;
    }
    return across;
  }

  /** Slices at least this many times as thick as voxels are wide: nnU-Net's limit as well. */
  private static final double PLANAR = 3;

  private static double finest(double[] spacing) {
    return Math.min(spacing[0], Math.min(spacing[1], spacing[2]));
  }

  private static double thickest(double[] spacing) {
    return Math.max(spacing[0], Math.max(spacing[1], spacing[2]));
  }
}
