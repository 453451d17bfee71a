package org.onelabel.volumes.grid;

import java.util.Optional;

/**
 * A block of voxels: its first voxel, which may lie anywhere, before the grid's first one too, and
 * its sides.
 */
public record Box(int x, int y, int z, Extent extent) {

  /** The box of a whole grid. */
  public static Box of(Extent extent) {
    return new Box(0, 0, 0, extent);
  }

  /** The box that begins at {@code start} and has the sides {@code size}. */
  public static Box of(int[] start, int[] size) {
    return new Box(start[0], start[1], start[2], Extent.of(size));
  }

  /** The first place along axis 0, 1 or 2. */
  public int start(int axis) {
    return switch (axis) {
      case 0 -> x;
      case 1 -> y;
      case 2 -> z;
      default -> throw new IndexOutOfBoundsException(axis);
    };
  }

  /** The place behind the last one along axis 0, 1 or 2. */
  public int end(int axis) {
    return start(axis) + extent.size(axis);
  }

  /** Whether voxel [x, y, z] of the grid lies in the box. */
  public boolean contains(int x, int y, int z) {
    return extent.contains(x - this.x, y - this.y, z - this.z);
  }

  /** What two boxes share; empty where that is nothing. */
  public Optional<Box> intersect(Box other) {
    int[] start = new int[3];
    int[] size = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      start[axis] = Math.max(start(axis), other.start(axis));
      size[axis] = Math.min(end(axis), other.end(axis)) - start[axis];
      if (size[axis] < 1) {
        return Optional.empty();
      }
    }
    return Optional.of(of(start, size));
  }

  /** The part of the box that lies in a grid; empty where none does. */
  public Optional<Box> clamp(Extent grid) {
    return intersect(of(grid));
  }

  /**
   * Copies what two boxes share from an array over one to an array over the other; elsewhere the
   * target keeps its values.
   *
   * @param source the values of the voxels in {@code from}: float[] or byte[]
   * @param target of the same type
   * @param offset where in {@code target} the values of {@code to} begin
   */
  static void copy(Object source, Box from, Object target, int offset, Box to) {
    Optional<Box> shared = from.intersect(to);
    if (shared.isEmpty()) {
      return;
    }
    Box part = shared.get();
    for (int i = part.x; i < part.end(0); i++) {
      for (int j = part.y; j < part.end(1); j++) {
        System.arraycopy(
            source,
            from.index(i, j, part.z),
            target,
            offset + to.index(i, j, part.z),
            part.extent.sizeZ());
      }
    }
  }

  private int index(int i, int j, int k) {
    return extent.index(i - x, j - y, k - z);
  }
}
