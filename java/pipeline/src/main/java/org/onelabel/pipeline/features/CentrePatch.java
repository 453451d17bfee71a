package org.onelabel.pipeline.features;

/** The published input of an encoder: the middle of a volume, zero-padded where it is smaller. */
public final class CentrePatch {
  private CentrePatch() {}

  /**
   * The first voxel of the patch; negative where it begins in the padding. The smaller half of the
   * padding, and of what is cropped, comes first.
   */
  public static int[] start(int[] shape, int[] patch) {
    int[] start = new int[3];
    for (int a = 0; a < 3; a++) {
      start[a] = shape[a] >= patch[a] ? (shape[a] - patch[a]) / 2 : -((patch[a] - shape[a]) / 2);
    }
    return start;
  }

  /** A patch of one channel, 0 outside the volume. */
  static float[] cut(float[] values, int[] shape, int[] start, int[] patch) {
    float[] result = new float[patch[0] * patch[1] * patch[2]];
    int z = Math.max(0, start[2]);
    int length = Math.max(0, Math.min(shape[2], start[2] + patch[2]) - z);
    for (int x = Math.max(0, start[0]); x < Math.min(shape[0], start[0] + patch[0]); x++) {
      for (int y = Math.max(0, start[1]); y < Math.min(shape[1], start[1] + patch[1]); y++) {
        System.arraycopy(
            values,
            (x * shape[1] + y) * shape[2] + z,
            result,
            ((x - start[0]) * patch[1] + y - start[1]) * patch[2] + z - start[2],
            length);
      }
    }
    return result;
  }
}
