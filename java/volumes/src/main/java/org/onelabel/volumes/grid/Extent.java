package org.onelabel.volumes.grid;

/**
 * The sides of a grid, in voxels. Voxel [x, y, z] has index {@code (x · sizeY + y) · sizeZ + z} in
 * every array: z runs fastest.
 */
public record Extent(int sizeX, int sizeY, int sizeZ) {

  /** Every side has a voxel, and an array holds them all. */
  public Extent {
    if (sizeX < 1 || sizeY < 1 || sizeZ < 1) {
      throw new IllegalArgumentException(
          "every side needs a voxel: " + sizeX + "×" + sizeY + "×" + sizeZ);
    }
    Math.toIntExact((long) sizeX * sizeY * sizeZ);
  }

  /** The extent with these three sides. */
  public static Extent of(int[] shape) {
    if (shape.length != 3) {
      throw new IllegalArgumentException("an extent has 3 sides, not " + shape.length);
    }
    return new Extent(shape[0], shape[1], shape[2]);
  }

  /** The number of voxels. */
  public int voxels() {
    return sizeX * sizeY * sizeZ;
  }

  /** Voxels along axis 0, 1 or 2. */
  public int size(int axis) {
    return switch (axis) {
      case 0 -> sizeX;
      case 1 -> sizeY;
      case 2 -> sizeZ;
      default -> throw new IndexOutOfBoundsException(axis);
    };
  }

  /** This extent with another side along {@code axis}. */
  public Extent withSize(int axis, int size) {
    return new Extent(axis == 0 ? size : sizeX, axis == 1 ? size : sizeY, axis == 2 ? size : sizeZ);
  }

  /** The three sides; a fresh array. */
  public int[] shape() {
    return new int[] {sizeX, sizeY, sizeZ};
  }

  /** How far apart the indices of neighbours along axis 0, 1 or 2 are. */
  public int stride(int axis) {
    return switch (axis) {
      case 0 -> sizeY * sizeZ;
      case 1 -> sizeZ;
      case 2 -> 1;
      default -> throw new IndexOutOfBoundsException(axis);
    };
  }

  /** The index of a voxel, which must lie inside. */
  public int index(int x, int y, int z) {
    return (x * sizeY + y) * sizeZ + z;
  }

  /** Where along axis 0, 1 or 2 the voxel with this index lies. */
  public int place(int index, int axis) {
    return index / stride(axis) % size(axis);
  }

  /** Whether there is a voxel [x, y, z]. */
  public boolean contains(int x, int y, int z) {
    return x >= 0 && y >= 0 && z >= 0 && x < sizeX && y < sizeY && z < sizeZ;
  }

  /** Whether the voxel with this index has a neighbour in its six that is in a set. */
  public boolean touches(boolean[] set, int index) {
    for (int axis = 0; axis < 3; axis++) {
      int place = place(index, axis);
      int stride = stride(axis);
      if ((place > 0 && set[index - stride]) || (place < size(axis) - 1 && set[index + stride])) {
        return true;
      }
    }
    return false;
  }

  /** The voxel with this index as people write it: {@code [x, y, z]}. */
  public String describe(int index) {
    return "[%d, %d, %d]".formatted(place(index, 0), place(index, 1), place(index, 2));
  }

  /** The sides as people write them: {@code 96×72×44}. */
  @Override
  public String toString() {
    return sizeX + "×" + sizeY + "×" + sizeZ;
  }
}
