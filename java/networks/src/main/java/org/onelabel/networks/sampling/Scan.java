package org.onelabel.networks.sampling;

import java.util.List;
import org.onelabel.volumes.LabelMap;

/**
 * A volume to train on: channels, and a label with a weight per voxel where there is one. Voxel [x,
 * y, z] has index {@code (x · shape[1] + y) · shape[2] + z}. Arrays are shared, not copied.
 *
 * @param label classes, {@link LabelMap#IGNORED} where nobody looked; or null
 * @param weight trust in each voxel's label in 0…1, or null for 1 everywhere
 */
public record Scan(List<float[]> channels, int[] shape, byte[] label, float[] weight) {

  public Scan {
    channels = List.copyOf(channels);
    int voxels = shape[0] * shape[1] * shape[2];
    for (float[] channel : channels) {
      if (channel.length != voxels) {
        throw new IllegalArgumentException(channel.length + " values for " + voxels + " voxels");
      }
    }
    if ((label != null && label.length != voxels) || (weight != null && weight.length != voxels)) {
      throw new IllegalArgumentException("label and weight need a value for every voxel");
    }
  }

  /** The same image with another label. */
  public Scan withLabel(byte[] newLabel, float[] newWeight) {
    return new Scan(channels, shape, newLabel, newWeight);
  }

  /** Whether it has a label that tells nothing: every voxel is ignored. */
  public boolean isUnknown() {
    if (label == null) {
      return false;
    }
    for (byte structure : label) {
      if ((structure & 255) != LabelMap.IGNORED) {
        return false;
      }
    }
    return true;
  }

  /** What its arrays take, at most. */
  public long bytes() {
    long voxels = (long) shape[0] * shape[1] * shape[2];
    return voxels * (4L * channels.size() + 5);
  }

  /** Where a voxel lies along a side of {@code size} voxels: −1…1 between its ends. */
  public static float position(double voxel, int size) {
    return (float) (2 * (voxel + 0.5) / size - 1);
  }
}
