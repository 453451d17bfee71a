package org.onelabel.networks.sam;

import java.util.ArrayDeque;
import java.util.random.RandomGenerator;
import org.onelabel.volumes.DistanceTransform;

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
    int voxels = shape[0] * shape[1] * shape[2];
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
      int at = (middle[0] * shape[1] + middle[1]) * shape[2] + middle[2];
      return new Click(middle, wanted[from + at] > 0.5f);
    }
    boolean[] region = largest(wrong, shape);
    boolean[] outside = new boolean[voxels];
    for (int i = 0; i < voxels; i++) {
      outside[i] = !region[i];
    }
    double[] depth = DistanceTransform.of(outside, shape, new double[] {1, 1, 1});
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
    int[] place = {at / (shape[1] * shape[2]), at / shape[2] % shape[1], at % shape[2]};
    return new Click(place, wanted[from + at] > 0.5f);
  }

  /** The largest 6-connected region of a set. */
  private static boolean[] largest(boolean[] set, int[] shape) {
    int[] region = new int[set.length];
    int[] steps = {shape[1] * shape[2], shape[2], 1};
    int best = 0;
    int bestSize = 0;
    int regions = 0;
    ArrayDeque<Integer> front = new ArrayDeque<>();
    for (int i = 0; i < set.length; i++) {
      if (!set[i] || region[i] != 0) {
        continue;
      }
      region[i] = ++regions;
      front.add(i);
      int size = 0;
      while (!front.isEmpty()) {
        int at = front.poll();
        size++;
        for (int axis = 0; axis < 3; axis++) {
          int place = at / steps[axis] % shape[axis];
          if (place > 0) {
            enter(at - steps[axis], set, region, regions, front);
          }
          if (place < shape[axis] - 1) {
            enter(at + steps[axis], set, region, regions, front);
          }
        }
      }
      if (size > bestSize) {
        bestSize = size;
        best = regions;
      }
    }
    boolean[] result = new boolean[set.length];
    for (int i = 0; i < set.length; i++) {
      result[i] = region[i] == best;
    }
    return result;
  }

  private static void enter(
      int at, boolean[] set, int[] region, int number, ArrayDeque<Integer> front) {
    if (set[at] && region[at] == 0) {
      region[at] = number;
      front.add(at);
    }
  }
}
