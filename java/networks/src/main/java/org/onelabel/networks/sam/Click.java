package org.onelabel.networks.sam;

import java.util.random.RandomGenerator;
import org.onelabel.volumes.grid.ConnectedComponents;
import org.onelabel.volumes.grid.DistanceTransform;
import org.onelabel.volumes.grid.Extent;

/**
 * A click as published: a random voxel of the deeper half of the largest region in which a mask
 * differs from the wanted one, by distance to the region's outside.
 *
 * @param place voxel along x, y, z
 * @param inside whether the wanted mask has the voxel
 */
public record Click(int[] place, boolean inside) {

  /**
   * The next click.
   *
   * @param wanted probabilities, one patch from {@code from} on
   * @param given logits of the present mask, of the same patch
   * @param any whether there is a present mask; without one it is empty
   */
  public static Click next(
      float[] wanted, float[] given, int from, boolean any, int[] shape, RandomGenerator random) {
    Extent extent = Extent.of(shape);
    int voxels = extent.voxels();
    boolean[] wrong = new boolean[voxels];
    int count = 0;
    for (int i = 0; i < voxels; i++) {
      boolean have = any && given[from + i] > 0;
      wrong[i] = wanted[from + i] > 0.5f != have;
      count += wrong[i] ? 1 : 0;
    }
    if (count == 0) {
      // Nothing to correct: the middle, as what it is.
      int[] middle = {shape[0] / 2, shape[1] / 2, shape[2] / 2};
      int at = extent.index(middle[0], middle[1], middle[2]);
      return new Click(middle, wanted[from + at] > 0.5f);
    }
    boolean[] region = largest(wrong, extent);
    boolean[] outside = new boolean[voxels];
    for (int i = 0; i < voxels; i++) {
      outside[i] = !region[i];
    }
    double[] depth = DistanceTransform.of(outside, extent, new double[] {1, 1, 1});
    double deepest = 0;
    for (int i = 0; i < voxels; i++) {
      deepest = region[i] ? Math.max(deepest, depth[i]) : deepest;
    }
    int candidates = 0;
    for (int i = 0; i < voxels; i++) {
      candidates += region[i] && depth[i] >= deepest / 2 ? 1 : 0;
    }
    int chosen = random.nextInt(candidates);
    int at = 0;
    for (int i = 0; i < voxels; i++) {
      if (region[i] && depth[i] >= deepest / 2 && chosen-- == 0) {
        at = i;
        break;
      }
    }
    int[] place = {extent.place(at, 0), extent.place(at, 1), extent.place(at, 2)};
    return new Click(place, wanted[from + at] > 0.5f);
  }

  /** The largest region of a set whose voxels touch in sides, the first of several. */
  private static boolean[] largest(boolean[] set, Extent extent) {
    ConnectedComponents regions =
        ConnectedComponents.of(set, extent, ConnectedComponents.Connectivity.SIDES);
    int[] sizes = regions.sizes();
    int best = 0;
    for (int i = 1; i < sizes.length; i++) {
      best = sizes[i] > sizes[best] ? i : best;
    }
    boolean[] result = new boolean[set.length];
    for (int i = 0; i < set.length; i++) {
      result[i] = regions.labels()[i] == best;
    }
    return result;
  }
}
