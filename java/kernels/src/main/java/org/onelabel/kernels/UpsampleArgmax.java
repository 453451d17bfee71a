package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The argmax of class scores on a grid of another size; the fine scores are never stored.
 *
 * @param scores classes × sizeX × sizeY × sizeZ float32; −∞ masks a class out
 * @param from the three sizes of the scores' grid
 * @param to the three sizes of the labels' grid
 * @param labels bytes out on the new grid, lowest class on a tie, 255 where a score is NaN
 * @param margins float32 out, best minus second score, 0 between equal infinities; or null
 */
public record UpsampleArgmax(
    MemorySegment scores,
    int classes,
    int[] from,
    int[] to,
    Interpolation interpolation,
    MemorySegment labels,
    MemorySegment margins) {

  /** How scores are sampled between grid points. */
  public enum Interpolation {
    /** Index floor(i · in / out). */
    NEAREST,
    /** Linear between voxel centres, clamped at the edges. */
    TRILINEAR
  }

  public UpsampleArgmax {
    Objects.requireNonNull(interpolation, "interpolation");
    from = from.clone();
    to = to.clone();
    if (classes < 1 || classes > 255 || (margins != null && classes < 2)) {
      throw new IllegalArgumentException(
          "classes are 1 to 255, with margins 2 at least: " + classes);
    }
    long fine = size(to);
    long coarse = size(from);
    if (fine > 0 && coarse == 0) {
      throw new IllegalArgumentException("an empty grid has nothing to sample");
    }
    new Buffers()
        .input("scores", scores, coarse, classes, 4)
        .output("labels", labels, fine)
        .optionalOutput("margins", margins, fine, 4);
  }

  /** A copy: the sizes were checked. */
  @Override
  public int[] from() {
    return from.clone();
  }

  /** A copy: the sizes were checked. */
  @Override
  public int[] to() {
    return to.clone();
  }

  int from(int axis) {
    return from[axis];
  }

  int to(int axis) {
    return to[axis];
  }

  private static long size(int[] shape) {
    if (shape.length != 3 || shape[0] < 0 || shape[1] < 0 || shape[2] < 0) {
      throw new IllegalArgumentException("a grid has three sizes of 0 or more");
    }
    return Buffers.bytes("a grid", shape[0], shape[1], shape[2]);
  }
}
