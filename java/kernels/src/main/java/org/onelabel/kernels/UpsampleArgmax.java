package org.onelabel.kernels;

import java.util.Objects;
import java.util.Optional;

/**
 * The argmax of class scores on a grid of another size; the fine scores are never stored. {@link
 * #of} makes a call that writes labels alone.
 *
 * @param scores classes × {@code from} float32; −∞ masks a class out
 * @param classes 1…255
 * @param from the scores' grid
 * @param to the labels' grid
 * @param labels bytes out on the new grid, lowest class on a tie, 255 where a score is NaN
 * @param margins float32 out, best minus second score, 0 between equal infinities
 */
public record UpsampleArgmax(
    Buffer scores,
    int classes,
    GridSize from,
    GridSize to,
    Interpolation interpolation,
    Buffer labels,
    Optional<Buffer> margins) {

  /** How scores are sampled between grid points. */
  public enum Interpolation {
    /** Index floor(i · in / out). */
    NEAREST(0),
    /** Linear between voxel centres, clamped at the edges. */
    TRILINEAR(1);

    private final int code;

    Interpolation(int code) {
      this.code = code;
    }

    /** Its number in {@code onelabel.h}. */
    public int code() {
      return code;
    }
  }

  public UpsampleArgmax {
    Objects.requireNonNull(interpolation, "interpolation");
    if (classes < 1 || classes > 255 || (margins.isPresent() && classes < 2)) {
      throw new IllegalArgumentException(
          "classes are 1 to 255, with margins 2 at least: " + classes);
    }
    long fine = to.count();
    long coarse = from.count();
    if (fine > 0 && coarse == 0) {
      throw new IllegalArgumentException("an empty grid has nothing to sample");
    }
    new CallArrays()
        .input("scores", scores, coarse, classes, 4)
        .output("labels", labels, fine)
        .output("margins", margins, fine, 4);
  }

  /** A call that writes labels. */
  public static UpsampleArgmax of(
      Buffer scores,
      int classes,
      GridSize from,
      GridSize to,
      Interpolation interpolation,
      Buffer labels) {
    return new UpsampleArgmax(scores, classes, from, to, interpolation, labels, Optional.empty());
  }

  /** Writes the margins, too. */
  public UpsampleArgmax marginsInto(Buffer memory) {
    return new UpsampleArgmax(
        scores, classes, from, to, interpolation, labels, Optional.of(memory));
  }
}
