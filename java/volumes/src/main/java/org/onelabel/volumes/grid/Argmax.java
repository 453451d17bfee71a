package org.onelabel.volumes.grid;

import java.util.Arrays;

/**
 * The class with the highest score of each voxel, from scores that come one class after the other;
 * on a tie the class that came first. Holds one score and one class a voxel. Not thread-safe.
 */
public final class Argmax {
  private final byte[] labels;
  private final float[] best;
  private final float margin;

  /**
   * Class 0 everywhere, with the score {@code least}.
   *
   * @param margin by how much more than the best so far a class must have, so that rounding decides
   *     no tie
   */
  public Argmax(int voxels, float least, float margin) {
    labels = new byte[voxels];
    best = new float[voxels];
    Arrays.fill(best, least);
    this.margin = margin;
  }

  /** Takes the scores of a class 0…255. */
  public void add(int structure, float[] scores) {
    for (int i = 0; i < labels.length; i++) {
      if (scores[i] > best[i] + margin) {
        best[i] = scores[i];
        labels[i] = (byte) structure;
      }
    }
  }

  /** The classes so far; shared, not copied. */
  public byte[] labels() {
    return labels;
  }
}
