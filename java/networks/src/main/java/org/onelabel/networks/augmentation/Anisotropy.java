package org.onelabel.networks.augmentation;

import java.util.Arrays;

/**
 * How voxel sides along the axes compare. Immutable.
 *
 * @param spacing voxel sides along x, y, z, positive; only how they compare counts
 */
public record Anisotropy(double[] spacing) {
  /**
   * Slices so many times as thick as voxels are wide are left in their planes, as in nnU-Net; so
   * are patches so many times as long as thick.
   */
  private static final double PLANAR = 3;

  public Anisotropy {
    spacing = spacing.clone();
    if (spacing.length != 3 || !Arrays.stream(spacing).allMatch(s -> s > 0)) {
      throw new IllegalArgumentException("voxel sides are positive: " + Arrays.toString(spacing));
    }
  }

  /** How much of the side of a voxel the finest side is, along an axis: 1 at most. */
  public double share(int axis) {
    return Arrays.stream(spacing).min().orElseThrow() / spacing[axis];
  }

  /** The axis across thick slices; −1 where there are none. */
  public int acrossSlices() {
    int thickest = 0;
    for (int a = 1; a < 3; a++) {
      thickest = spacing[a] > spacing[thickest] ? a : thickest;
    }
    return share(thickest) < 1 / PLANAR ? thickest : -1;
  }

  /** The axis along which a patch is thin, as one slice is; −1 where two are, or none. */
  int acrossThin(int[] patch) {
    double[] sides = new double[3];
    int thinnest = 0;
    for (int a = 0; a < 3; a++) {
      sides[a] = patch[a] * spacing[a];
      thinnest = sides[a] < sides[thinnest] ? a : thinnest;
    }
    double thin = sides[thinnest];
    Arrays.sort(sides);
    return thin * PLANAR < sides[1] ? thinnest : -1;
  }
}
