package org.onelabel.volumes;

/**
 * A class for every voxel, 0 the background, 1…254 the structures, in the voxel order of {@link
 * Geometry}. The array is shared, not copied.
 */
public record LabelMap(Geometry geometry, byte[] labels) {

  public LabelMap {
    if (labels.length != geometry.voxels()) {
      throw new IllegalArgumentException(
          labels.length + " labels for " + geometry.voxels() + " voxels");
    }
  }

  /** The largest class present, 0…254. */
  public int highest() {
    int highest = 0;
    for (byte label : labels) {
      highest = Math.max(highest, label & 255);
    }
    return highest;
  }

  /** How many voxels have each class 0…classes−1. */
  public long[] counts(int classes) {
    long[] counts = new long[classes];
    for (byte label : labels) {
      counts[label & 255]++;
    }
    return counts;
  }
}
