package org.onelabel.networks.sampling;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;

/**
 * The patches of one step, the trusted ones first.
 *
 * @param trusted how many have a trusted label
 * @param patches on the host
 * @param image B×channels×X×Y×Z
 * @param label B×1×X×Y×Z classes, int64; 0 for ignored voxels, whose weight is 0
 * @param weight B×1×X×Y×Z, trust in the label
 */
public record Batch(
    int trusted, List<Patch> patches, NDArray image, NDArray label, NDArray weight) {

  /** Sides of a patch, voxels. */
  public int[] patch() {
    return Arrays.stream(image.getShape().getShape()).skip(2).mapToInt(Math::toIntExact).toArray();
  }

  /** Whether there are patches without a trusted label. */
  public boolean hasPool() {
    return patches.size() > trusted;
  }

  /** Whether these have pseudo-labels. */
  public boolean hasPseudoLabels() {
    return hasPool() && patches.stream().skip(trusted).allMatch(Patch::labelled);
  }

  /** The part of an array that belongs to the trusted patches. */
  public NDArray ofTrusted(NDArray array) {
    return array.get(":" + trusted);
  }

  /** The part of an array that belongs to the others. */
  public NDArray ofPool(NDArray array) {
    return array.get(trusted + ":");
  }
}
