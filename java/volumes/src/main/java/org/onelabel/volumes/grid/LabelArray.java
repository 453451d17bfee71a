package org.onelabel.volumes.grid;

import java.util.Optional;

/**
 * A class for every voxel of a grid: 0 the background, 1…254 the structures, {@link #IGNORED} where
 * nobody looked. A class is never negative: {@link #at} gives 0…255, whatever the sign of the
 * stored byte. The array is shared, not copied.
 */
public record LabelArray(Extent extent, byte[] labels) {

  /** The value of voxels that are left out of losses, votes and metrics: their class is unknown. */
  public static final int IGNORED = 255;

  public LabelArray {
    if (labels.length != extent.voxels()) {
      throw new IllegalArgumentException(
          labels.length + " labels for " + extent.voxels() + " voxels");
    }
  }

  /** The class 0…255 that a stored byte stands for. */
  public static int classOf(byte label) {
    return label & 255;
  }

  /** Whether a stored byte is of a structure: neither background nor {@link #IGNORED}. */
  public static boolean isStructure(byte label) {
    return label != 0 && classOf(label) != IGNORED;
  }

  /** The class 0…255 of the voxel with this index. */
  public int at(int index) {
    return classOf(labels[index]);
  }

  /** The class 0…255 of a voxel, which must lie inside. */
  public int at(int x, int y, int z) {
    return at(extent.index(x, y, z));
  }

  /** The largest class present, 0…254. */
  public int highest() {
    int highest = 0;
    for (byte label : labels) {
      int structure = classOf(label);
      highest = structure == IGNORED ? highest : Math.max(highest, structure);
    }
    return highest;
  }

  /** How many voxels have each class 0…classes−1; ignored ones are not counted. */
  public long[] counts(int classes) {
    long[] counts = new long[classes];
    for (byte label : labels) {
      int structure = classOf(label);
      if (structure != IGNORED) {
        counts[structure]++;
      }
    }
    return counts;
  }

  /** Which voxels are of a class 0…255. */
  public boolean[] mask(int structure) {
    boolean[] mask = new boolean[labels.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = at(i) == structure;
    }
    return mask;
  }

  /** The smallest box around all structures; empty where there is none. */
  public Optional<Box> boundingBox() {
    int[] first = extent.shape();
    int[] last = {-1, -1, -1};
    int voxel = 0;
    for (int x = 0; x < extent.sizeX(); x++) {
      for (int y = 0; y < extent.sizeY(); y++) {
        for (int z = 0; z < extent.sizeZ(); z++, voxel++) {
          if (isStructure(labels[voxel])) {
            first[0] = Math.min(first[0], x);
            first[1] = Math.min(first[1], y);
            first[2] = Math.min(first[2], z);
            last[0] = x;
            last[1] = Math.max(last[1], y);
            last[2] = Math.max(last[2], z);
          }
        }
      }
    }
    return last[0] < 0
        ? Optional.empty()
        : Optional.of(
            new Box(
                first[0],
                first[1],
                first[2],
                new Extent(
                    last[0] + 1 - first[0], last[1] + 1 - first[1], last[2] + 1 - first[2])));
  }

  /** The classes in a box, background outside the grid; a fresh array. */
  public LabelArray cut(Box box) {
    byte[] part = new byte[box.extent().voxels()];
    Box.copy(labels, Box.of(extent), part, 0, box);
    return new LabelArray(box.extent(), part);
  }

  /** Writes the classes of a box's voxels into this array, as far as the box lies in the grid. */
  public void paste(LabelArray part, int x, int y, int z) {
    Box.copy(part.labels, new Box(x, y, z, part.extent), labels, 0, Box.of(extent));
  }
}
