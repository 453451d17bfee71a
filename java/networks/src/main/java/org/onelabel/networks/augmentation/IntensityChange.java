package org.onelabel.networks.augmentation;

import java.util.random.RandomGenerator;

/** What another scanner, coil or noise level would do to the intensities of a z-scored patch. */
public final class IntensityChange {
  private static final int KNOTS = 12;
  private static final float KNOT_DISTANCE = 0.5f;
  private static final float LOWEST_KNOT = -2;

  private IntensityChange() {}

  /** Changes the first {@code channels} channels. */
  public static void apply(float[] image, int channels, int[] patch, RandomGenerator random) {
    int voxels = patch[0] * patch[1] * patch[2];
    for (int c = 0; c < channels; c++) {
      int from = c * voxels;
      if (random.nextDouble() < 0.5) {
        remap(image, from, voxels, random);
      }
      float gain = (float) Math.exp(0.25 * (2 * random.nextDouble() - 1));
      float shift = (float) (0.3 * (2 * random.nextDouble() - 1));
      for (int i = from; i < from + voxels; i++) {
        image[i] = image[i] * gain + shift;
      }
      if (random.nextDouble() < 0.3) {
        biasField(image, from, patch, random);
      }
      if (random.nextDouble() < 0.2) {
        blur(image, from, patch);
      }
      if (random.nextDouble() < 0.5) {
        float deviation = (float) (0.15 * random.nextDouble());
        for (int i = from; i < from + voxels; i++) {
          image[i] += deviation * (float) random.nextGaussian();
        }
      }
    }
  }

  /**
   * A rising broken line through the grey values: other tissues get other contrasts, their order
   * stays. Slopes vary by e^±0.5 between knots half a deviation apart.
   */
  private static void remap(float[] image, int from, int voxels, RandomGenerator random) {
    float[] levels = new float[KNOTS];
    float[] slopes = new float[KNOTS];
    for (int k = 0; k < KNOTS; k++) {
      slopes[k] = (float) Math.exp(0.5 * (2 * random.nextDouble() - 1));
      levels[k] = k == 0 ? 0 : levels[k - 1] + KNOT_DISTANCE * slopes[k - 1];
    }
    // The line keeps the value 0, the mean of a z-scored image.
    float zero = levels[(int) (-LOWEST_KNOT / KNOT_DISTANCE)];
    for (int i = from; i < from + voxels; i++) {
      float place = (image[i] - LOWEST_KNOT) / KNOT_DISTANCE;
      int knot = Math.clamp((int) Math.floor(place), 0, KNOTS - 1);
      image[i] = levels[knot] + (place - knot) * KNOT_DISTANCE * slopes[knot] - zero;
    }
  }

  /** A factor that is linear along each axis, at most ±60 % at the corners. */
  private static void biasField(float[] image, int from, int[] patch, RandomGenerator random) {
    float[] slope = new float[3];
    for (int a = 0; a < 3; a++) {
      slope[a] = (float) (0.2 * (2 * random.nextDouble() - 1) / patch[a]);
    }
    int i = from;
    for (int x = 0; x < patch[0]; x++) {
      for (int y = 0; y < patch[1]; y++) {
        for (int z = 0; z < patch[2]; z++, i++) {
          image[i] *=
              1
                  + slope[0] * (2 * x - patch[0])
                  + slope[1] * (2 * y - patch[1])
                  + slope[2] * (2 * z - patch[2]);
        }
      }
    }
  }

  /** Binomial smoothing [1 2 1]/4 along each axis. */
  private static void blur(float[] image, int from, int[] patch) {
    int[] steps = {patch[1] * patch[2], patch[2], 1};
    int voxels = patch[0] * patch[1] * patch[2];
    float[] old = new float[voxels];
    for (int a = 0; a < 3; a++) {
      System.arraycopy(image, from, old, 0, voxels);
      for (int i = 0; i < voxels; i++) {
        int place = i / steps[a] % patch[a];
        float before = old[place > 0 ? i - steps[a] : i];
        float after = old[place < patch[a] - 1 ? i + steps[a] : i];
        image[from + i] = 0.25f * before + 0.5f * old[i] + 0.25f * after;
      }
    }
  }
}
