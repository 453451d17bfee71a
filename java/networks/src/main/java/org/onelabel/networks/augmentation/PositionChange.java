package org.onelabel.networks.augmentation;

import java.util.random.RandomGenerator;

/** How else a scan could have been cropped: positions shifted and scaled along each axis. */
public record PositionChange(float[] shift, float[] scale) {
  private static final double SHIFT = 0.2;
  private static final double LOG_SCALE = 0.2;

  /** A change drawn for a patch. */
  public static PositionChange of(Augmentation augmentation, RandomGenerator random) {
    float[] shift = new float[3];
    float[] scale = {1, 1, 1};
    for (int a = 0; a < 3 && augmentation.isAnatomical(); a++) {
      shift[a] = (float) (SHIFT * (2 * random.nextDouble() - 1));
      scale[a] = (float) Math.exp(LOG_SCALE * (2 * random.nextDouble() - 1));
    }
    return new PositionChange(shift, scale);
  }

  /** The changed position along an axis. */
  public float of(int axis, float position) {
    return position * scale[axis] + shift[axis];
  }
}
