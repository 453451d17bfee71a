package org.onelabel.networks.sampling;

import java.util.random.RandomGenerator;
import org.onelabel.networks.augmentation.IntensityChange;
import org.onelabel.networks.augmentation.PositionChange;
import org.onelabel.networks.augmentation.SpatialMap;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Interpolation;
import org.onelabel.volumes.grid.LabelArray;

/**
 * Cuts random patches and changes them: one resampling per patch carries position, rotation, scale
 * and elastic deformation; intensities change after it. Outside the scan the image is 0, the label
 * background. Voxels whose label is {@link LabelMap#IGNORED} weigh nothing.
 */
public final class PatchSampler {
  /** Voxels of the finest side, as published. */
  private static final double PADDING = 3;

  private final int[] patch;
  private final Sampling sampling;
  private final boolean position;

  /**
   * A sampler; with {@code position} patches have three more channels that hold each voxel's place.
   */
  public PatchSampler(int[] patch, Sampling sampling, boolean position) {
    this.patch = patch.clone();
    this.sampling = sampling;
    this.position = position;
  }

  /** A patch, its shape and its intensities changed. */
  Patch sample(Scan scan, RandomGenerator random) {
    Patch patch = sampleShape(scan, random);
    if (sampling.augmentation().isAnatomical()) {
      IntensityChange.apply(patch.image(), scan.channels().size(), this.patch, random);
    }
    return patch;
  }

  /** A patch, its shape changed alone. */
  public Patch sampleShape(Scan scan, RandomGenerator random) {
    SpatialMap map =
        switch (sampling.augmentation()) {
          case NONE -> SpatialMap.identity();
          case PUBLISHED -> SpatialMap.rightAngles(random);
          case ANATOMICAL -> SpatialMap.deformation(patch, sampling.anisotropy(), random);
        };
    double[] centre = centre(scan, map, random);
    int voxels = patch[0] * patch[1] * patch[2];
    int channels = scan.channels().size();
    float[] image = new float[voxels * (channels + (position ? 3 : 0))];
    PositionChange change = PositionChange.of(sampling.augmentation(), random);
    // Then what is outside is no background either.
    boolean unknown = scan.isUnknown();
    byte[] label = new byte[voxels];
    float[] weight = new float[voxels];
    boolean[] inside = new boolean[voxels];
    double[] at = new double[3];
    Extent extent = Extent.of(scan.shape());
    int next = 0;
    for (int x = 0; x < patch[0]; x++) {
      for (int y = 0; y < patch[1]; y++) {
        for (int z = 0; z < patch[2]; z++, next++) {
          map.apply(
              x - 0.5 * (patch[0] - 1), y - 0.5 * (patch[1] - 1), z - 0.5 * (patch[2] - 1), at);
          at[0] += centre[0];
          at[1] += centre[1];
          at[2] += centre[2];
          for (int c = 0; c < channels; c++) {
            image[c * voxels + next] =
                Interpolation.trilinearInZeros(scan.channels().get(c), extent, at[0], at[1], at[2]);
          }
          for (int a = 0; a < 3 && position; a++) {
            image[(channels + a) * voxels + next] =
                change.of(a, Scan.position(at[a], extent.size(a)));
          }
          int nearest = Interpolation.nearest(extent, at[0], at[1], at[2]);
          label[next] = nearest < 0 || scan.label() == null ? 0 : scan.label()[nearest];
          inside[next] = nearest >= 0;
          weight[next] = nearest < 0 || scan.weight() == null ? 1 : scan.weight()[nearest];
          if (unknown || LabelArray.classOf(label[next]) == LabelMap.IGNORED) {
            weight[next] = 0;
          }
        }
      }
    }
    return new Patch(image, label, weight, inside, scan.label() != null);
  }

  /**
   * A patch centre inside the scan; now and then on a voxel of a structure, a rare one as often.
   */
  private double[] centre(Scan scan, SpatialMap map, RandomGenerator random) {
    double[] centre = new double[3];
    int[] voxel = null;
    if (scan.label() != null
        && sampling.augmentation().isAnatomical()
        && random.nextDouble() < sampling.foreground()) {
      voxel = foregroundVoxel(scan, random);
    }
    for (int a = 0; a < 3; a++) {
      int axis = map.sourceAxis(a);
      // A side that is not larger than the patch is padded beyond it, as published; as many slices
      // would be much of a scan of thick or few ones.
      int size = scan.shape()[axis];
      int beyond =
          Math.min((int) Math.rint(PADDING * sampling.anisotropy().share(axis)), (size - 1) / 2);
      int pad = size > patch[a] ? 0 : (patch[a] - size) / 2 + beyond;
      int room = Math.max(0, size + 2 * pad - patch[a]);
      double low = 0.5 * (patch[a] - 1) - pad;
      double offset =
          voxel == null || pad > 0
              ? random.nextInt(room + 1)
              : Math.clamp(Math.rint(voxel[axis] + aside(patch[a], random) - low), 0, room);
      centre[axis] = low + offset;
    }
    return centre;
  }

  /** How far from the middle of a patch of this side a voxel of a structure lies. */
  private double aside(int side, RandomGenerator random) {
    return sampling.aside() == 0 ? 0 : sampling.aside() * side * (2 * random.nextDouble() - 1);
  }

  /** A random voxel of a random structure; null where the scan has none of it. */
  static int[] foregroundVoxel(Scan scan, RandomGenerator random) {
    LabelArray labels = new LabelArray(Extent.of(scan.shape()), scan.label());
    int highest = labels.highest();
    if (highest == 0) {
      return null;
    }
    int wanted = 1 + random.nextInt(highest);
    for (int tries = 0; tries < 2000; tries++) {
      int i = random.nextInt(scan.label().length);
      if (labels.at(i) == wanted) {
        return place(i, labels.extent());
      }
    }
    // A small structure that chance does not find: each of its voxels as likely.
    int chosen = -1;
    int seen = 0;
    for (int i = 0; i < scan.label().length; i++) {
      if (labels.at(i) == wanted && random.nextInt(++seen) == 0) {
        chosen = i;
      }
    }
    return chosen < 0 ? null : place(chosen, labels.extent());
  }

  private static int[] place(int i, Extent extent) {
    return new int[] {extent.place(i, 0), extent.place(i, 1), extent.place(i, 2)};
  }
}
