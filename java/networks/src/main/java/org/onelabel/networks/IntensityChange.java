package org.onelabel.networks;

import java.util.random.RandomGenerator;

/** What another scanner, coil or noise level would do to the intensities of a z-scored patch. */
final class IntensityChange {
  private IntensityChange() {}

  static void apply(float[] image, int channels, int[] patch, RandomGenerator random) {
    int voxels = image.length / channels;
    for (int c = 0; c < channels; c++) {
      int from = c * voxels;
      if (random.nextDouble() < 0.3) {
        gamma(image, from, voxels, Math.exp(0.4 * (2 * random.nextDouble() - 1)));
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

  private static void gamma(float[] image, int from, int voxels, double exponent) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + voxels; i++) {
      low = Math.min(low, image[i]);
      high = Math.max(high, image[i]);
    }
    float range = high - low;
    if (range <= 0) {
      return;
    }
    for (int i = from; i < from + voxels; i++) {
      image[i] = low + range * (float) Math.pow((image[i] - low) / range, exponent);
    }
  }

  /** A factor that is linear along each axis, at most ±30 % at the rim. */
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
