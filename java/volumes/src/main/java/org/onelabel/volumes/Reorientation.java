package org.onelabel.volumes;

import java.util.Optional;

/**
 * Two grids with the same voxels in space whose axes run in another order or direction: target axis
 * {@code a} runs along source axis {@code axes[a]}, backwards where {@code flipped[a]}.
 */
record Reorientation(Geometry source, Geometry target, int[] axes, boolean[] flipped) {
  private static final int[][] PERMUTATIONS = {
    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
  };

  /** The way from one grid to the other; empty where more than the axes differs. */
  static Optional<Reorientation> between(Geometry source, Geometry target) {
    for (int[] axes : PERMUTATIONS) {
      for (int flips = 0; flips < 8; flips++) {
        boolean[] flipped = {(flips & 1) != 0, (flips & 2) != 0, (flips & 4) != 0};
        Geometry turned = turned(source, axes, flipped);
        if (turned.coincidesWith(target)) {
          return Optional.of(new Reorientation(source, target, axes, flipped));
        }
      }
    }
    return Optional.empty();
  }

  private static Geometry turned(Geometry source, int[] axes, boolean[] flipped) {
    Affine affine = source.affine();
    double[] rows = new double[12];
    for (int row = 0; row < 3; row++) {
      rows[4 * row + 3] = affine.at(row, 3);
      for (int a = 0; a < 3; a++) {
        double step = affine.at(row, axes[a]);
        rows[4 * row + a] = flipped[a] ? -step : step;
        rows[4 * row + 3] += flipped[a] ? step * (source.size(axes[a]) - 1) : 0;
      }
    }
    return new Geometry(
        source.size(axes[0]),
        source.size(axes[1]),
        source.size(axes[2]),
        Affine.of(rows),
        source.header());
  }

  byte[] apply(byte[] values) {
    byte[] result = new byte[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[sourceIndex(i)];
    }
    return result;
  }

  float[] apply(float[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[sourceIndex(i)];
    }
    return result;
  }

  private int sourceIndex(int targetIndex) {
    int[] at = {
      targetIndex / (target.sizeY() * target.sizeZ()),
      targetIndex / target.sizeZ() % target.sizeY(),
      targetIndex % target.sizeZ()
    };
    int[] from = new int[3];
    for (int a = 0; a < 3; a++) {
      from[axes[a]] = flipped[a] ? target.size(a) - 1 - at[a] : at[a];
    }
    return (from[0] * source.sizeY() + from[1]) * source.sizeZ() + from[2];
  }
}
