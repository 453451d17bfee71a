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
    Objects.requireNonNull(interpolation);
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
    Segments.require(Objects.requireNonNull(scores), "scores", coarse, 4L * classes);
    Segments.require(Objects.requireNonNull(labels), "labels", fine, 1);
    Segments.require(margins, "margins", fine, 4);
  }

  static long size(int[] shape) {
    if (shape.length != 3 || shape[0] < 0 || shape[1] < 0 || shape[2] < 0) {
      throw new IllegalArgumentException("a grid has three sizes of 0 or more");
    }
    return Math.multiplyExact(Math.multiplyExact((long) shape[0], shape[1]), shape[2]);
  }
}
