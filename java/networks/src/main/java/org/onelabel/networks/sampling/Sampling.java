package org.onelabel.networks.sampling;

import java.util.Arrays;
import org.onelabel.networks.augmentation.Augmentation;

/**
 * How training patches are drawn from scans.
 *
 * @param augmentation how they are varied
 * @param foreground share of patches drawn around a voxel of a structure, each structure as often
 *     as the others, 0…1; for {@link Augmentation#ANATOMICAL} alone
 * @param aside how far from the middle of such a patch that voxel lies at most, as a share of the
 *     patch's side, 0…0.5
 * @param spacing voxel sides along x, y, z; only how they compare counts
 */
public record Sampling(
    Augmentation augmentation, double foreground, double aside, double[] spacing) {
  /** Of nnU-Net (Isensee et al., Nature Methods 2021): one patch of three. */
  public static final double FOREGROUND = 0.33;

  /**
   * Slices so many times as thick as voxels are wide are left in their planes, as in nnU-Net; so
   * are patches so many times as long as thick.
   */
  private static final double PLANAR = 3;

  public Sampling {
    spacing = spacing.clone();
    if (!(foreground >= 0 && foreground <= 1)) {
      throw new IllegalArgumentException("a share is 0 to 1, not " + foreground);
    }
    if (!(aside >= 0 && aside <= 0.5)) {
      throw new IllegalArgumentException("a voxel stays inside its patch: 0 to 0.5, not " + aside);
    }
    if (spacing.length != 3 || !Arrays.stream(spacing).allMatch(s -> s > 0)) {
      throw new IllegalArgumentException("voxel sides are positive: " + Arrays.toString(spacing));
    }
  }

  /** Patches of scans with cubic voxels and little around the structures. */
  public Sampling(Augmentation augmentation) {
    this(augmentation, FOREGROUND, 0, new double[] {1, 1, 1});
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
  public int acrossThin(int[] patch) {
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
