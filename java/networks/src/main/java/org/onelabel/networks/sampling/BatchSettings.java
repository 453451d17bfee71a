package org.onelabel.networks.sampling;

import java.util.Arrays;

/**
 * The patches of a training step.
 *
 * @param patch sides of a patch, voxels
 * @param labelled labelled patches a step, 1 at least
 * @param unlabelled unlabelled patches a step, where there are unlabelled scans
 * @param sampling how they are drawn
 */
public record BatchSettings(int[] patch, int labelled, int unlabelled, Sampling sampling) {

  public BatchSettings {
    patch = patch.clone();
    if (patch.length != 3 || !Arrays.stream(patch).allMatch(side -> side > 0)) {
      throw new IllegalArgumentException(
          "a patch has three positive sides, not " + Arrays.toString(patch));
    }
    if (labelled < 1 || unlabelled < 0) {
      throw new IllegalArgumentException(
          "a step needs a labelled patch: %d, %d".formatted(labelled, unlabelled));
    }
  }
}
