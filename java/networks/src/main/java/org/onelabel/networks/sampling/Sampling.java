package org.onelabel.networks.sampling;

import org.onelabel.networks.augmentation.Anisotropy;
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

  public Sampling {
    spacing = new Anisotropy(spacing).spacing().clone();
    if (!(foreground >= 0 && foreground <= 1)) {
      throw new IllegalArgumentException("a share is 0 to 1, not " + foreground);
    }
    if (!(aside >= 0 && aside <= 0.5)) {
      throw new IllegalArgumentException("a voxel stays inside its patch: 0 to 0.5, not " + aside);
    }
  }

  /** Patches of scans with cubic voxels and little around the structures. */
  public Sampling(Augmentation augmentation) {
    this(augmentation, FOREGROUND, 0, new double[] {1, 1, 1});
  }

  /** How voxel sides compare. */
  Anisotropy anisotropy() {
    return new Anisotropy(spacing);
  }
}
