package org.onelabel.volumes;

import java.util.Optional;
import org.onelabel.volumes.grid.LabelArray;

/**
 * A class for every voxel, 0 the background, 1…254 the structures, {@link #IGNORED} where nobody
 * looked, in the voxel order of {@link Geometry}. The array is shared, not copied.
 */
public record LabelMap(Geometry geometry, byte[] labels) {

  /** The value of voxels that are left out of losses, votes and metrics: their class is unknown. */
  public static final int IGNORED = LabelArray.IGNORED;

  /**
   * How far a stored number may lie from the class it stands for: scaling and resampling in floats
   * leave such differences, and no class has a neighbour nearer than 1.
   */
  public static final double ROUNDING = 1e-3;

  public LabelMap {
    if (labels.length != geometry.voxels()) {
      throw new IllegalArgumentException(
          labels.length + " labels for " + geometry.voxels() + " voxels");
    }
  }

  /** The class 0…254 that a stored number stands for, or −1 where it stands for none. */
  public static int classOf(double value) {
    int label = (int) Math.rint(value);
    return label >= 0 && label < IGNORED && Math.abs(value - label) < ROUNDING ? label : -1;
  }

  /**
   * The same labels on {@code image}, where the two grids have the same voxels in space and differ
   * in the order or direction of their axes at most; empty where more differs.
   */
  public Optional<LabelMap> onto(Geometry image) {
    if (geometry.coincidesWith(image)) {
      return Optional.of(new LabelMap(image, labels));
    }
    if (!geometry.isPlaced() || !image.isPlaced()) {
      return Optional.empty();
    }
    return Reorientation.between(geometry, image)
        .map(turn -> new LabelMap(image, turn.apply(labels, geometry.extent())));
  }

  /** The same but where somebody looked: there the labels are what was seen on the same grid. */
  public LabelMap corrected(LabelMap seen) {
    byte[] corrected = labels.clone();
    for (int i = 0; i < corrected.length; i++) {
      byte there = seen.labels[i];
      corrected[i] = LabelArray.classOf(there) == IGNORED ? corrected[i] : there;
    }
    return new LabelMap(geometry, corrected);
  }

  /** The array, whose classes are 0…255. */
  public LabelArray array() {
    return new LabelArray(geometry.extent(), labels);
  }

  /** The largest class present, 0…254. */
  public int highest() {
    return array().highest();
  }

  /** How many voxels have each class 0…classes−1; ignored ones are not counted. */
  public long[] counts(int classes) {
    return array().counts(classes);
  }

  /** Whether a voxel's label is of a structure: neither background nor {@link #IGNORED}. */
  public static boolean isStructure(byte label) {
    return LabelArray.isStructure(label);
  }
}
