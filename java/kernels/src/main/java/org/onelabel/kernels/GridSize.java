package org.onelabel.kernels;

/** The sizes of a grid; values lie with z fastest. */
public record GridSize(int x, int y, int z) {
  public GridSize {
    if (x < 0 || y < 0 || z < 0) {
      throw new IllegalArgumentException(
          "a grid has three sizes of 0 or more, not %d × %d × %d".formatted(x, y, z));
    }
  }

  /** Of three sizes in the order x, y, z. */
  public static GridSize of(int... sizes) {
    if (sizes.length != 3) {
      throw new IllegalArgumentException("a grid has three sizes, not " + sizes.length);
    }
    return new GridSize(sizes[0], sizes[1], sizes[2]);
  }

  /** The number of points. */
  public long count() {
    return CallArrays.bytes("a grid", x, y, z);
  }

  /** The size along x (0), y (1) or z (2). */
  public int along(int axis) {
    return switch (axis) {
      case 0 -> x;
      case 1 -> y;
      case 2 -> z;
      default -> throw new IndexOutOfBoundsException(axis);
    };
  }
}
