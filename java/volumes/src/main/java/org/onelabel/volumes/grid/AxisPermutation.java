package org.onelabel.volumes.grid;

import java.util.Arrays;
import java.util.List;

/**
 * Another order and direction of the axes of a grid: new axis {@code a} runs along axis {@code
 * axes[a]}, backwards where {@code flipped[a]}. Immutable.
 */
public final class AxisPermutation {
  private static final int[][] ORDERS = {
    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
  };

  private final int[] axes;
  private final boolean[] flipped;

  /** The axes {@code axes}, a permutation of 0, 1, 2, backwards where {@code flipped}. */
  public AxisPermutation(int[] axes, boolean[] flipped) {
    this.axes = axes.clone();
    this.flipped = flipped.clone();
  }

  /** The six orders of the axes, 0, 1, 2 first; fresh arrays. */
  public static List<int[]> orders() {
    return Arrays.stream(ORDERS).map(int[]::clone).toList();
  }

  /** Which old axis the new axis {@code a} runs along. */
  public int axis(int a) {
    return axes[a];
  }

  /** Whether the new axis {@code a} runs backwards. */
  public boolean isFlipped(int a) {
    return flipped[a];
  }

  /** The sides of a grid behind this. */
  public Extent of(Extent source) {
    return new Extent(source.size(axes[0]), source.size(axes[1]), source.size(axes[2]));
  }

  private boolean isIdentity() {
    return Arrays.equals(axes, ORDERS[0]) && !flipped[0] && !flipped[1] && !flipped[2];
  }

  /** How far apart in the old order neighbours along each new axis are. */
  private int[] strides(Extent source) {
    int[] strides = new int[3];
    for (int a = 0; a < 3; a++) {
      strides[a] = flipped[a] ? -source.stride(axes[a]) : source.stride(axes[a]);
    }
    return strides;
  }

  /** Where in the old order the first voxel of the new one lies. */
  private int first(Extent source) {
    int first = 0;
    for (int a = 0; a < 3; a++) {
      first += flipped[a] ? (source.size(axes[a]) - 1) * source.stride(axes[a]) : 0;
    }
    return first;
  }

  /** Takes where a voxel lies in the old order and in the new one. */
  private interface Move {
    void move(int before, int after);
  }

  private void forEach(Extent source, Move move) {
    Extent target = of(source);
    int[] strides = strides(source);
    int stride = strides[2];
    int first = first(source);
    int next = 0;
    for (int x = 0; x < target.sizeX(); x++) {
      for (int y = 0; y < target.sizeY(); y++) {
        int before = first + x * strides[0] + y * strides[1];
        for (int z = 0; z < target.sizeZ(); z++, before += stride) {
          move.move(before, next++);
        }
      }
    }
  }

  /** Values in the new order; the array itself where nothing changes. */
  public float[] apply(float[] values, Extent source) {
    if (isIdentity()) {
      return values;
    }
    float[] result = new float[values.length];
    forEach(source, (before, after) -> result[after] = values[before]);
    return result;
  }

  /** Values in the new order; the array itself where nothing changes. */
  public byte[] apply(byte[] values, Extent source) {
    if (isIdentity()) {
      return values;
    }
    byte[] result = new byte[values.length];
    forEach(source, (before, after) -> result[after] = values[before]);
    return result;
  }

  /**
   * Values back in the old order; the array itself where nothing changes.
   *
   * @param source the sides in the old order
   */
  public float[] revert(float[] values, Extent source) {
    if (isIdentity()) {
      return values;
    }
    float[] result = new float[values.length];
    forEach(source, (before, after) -> result[before] = values[after]);
    return result;
  }

  /** The same of bytes. */
  public byte[] revert(byte[] values, Extent source) {
    if (isIdentity()) {
      return values;
    }
    byte[] result = new byte[values.length];
    forEach(source, (before, after) -> result[before] = values[after]);
    return result;
  }

  @Override
  public String toString() {
    return Arrays.toString(axes);
  }
}
