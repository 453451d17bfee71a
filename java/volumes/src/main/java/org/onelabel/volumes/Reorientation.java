package org.onelabel.volumes;

import java.util.Optional;
import org.onelabel.volumes.grid.AxisPermutation;

/** Two grids with the same voxels in space whose axes run in another order or direction. */
final class Reorientation {
  private Reorientation() {}

  /** The way from one grid to the other; empty where more than the axes differs. */
  static Optional<AxisPermutation> between(Geometry source, Geometry target) {
    for (int[] axes : AxisPermutation.orders()) {
      for (int flips = 0; flips < 8; flips++) {
        boolean[] flipped = {(flips & 1) != 0, (flips & 2) != 0, (flips & 4) != 0};
        AxisPermutation turn = new AxisPermutation(axes, flipped);
        if (turned(source, turn).coincidesWith(target)) {
          return Optional.of(turn);
        }
      }
    }
    return Optional.empty();
  }

  private static Geometry turned(Geometry source, AxisPermutation turn) {
    Affine affine = source.affine();
    double[] rows = new double[12];
    for (int row = 0; row < 3; row++) {
      rows[4 * row + 3] = affine.at(row, 3);
      for (int a = 0; a < 3; a++) {
        int axis = turn.axis(a);
        double step = affine.at(row, axis);
        rows[4 * row + a] = turn.isFlipped(a) ? -step : step;
        rows[4 * row + 3] += turn.isFlipped(a) ? step * (source.size(axis) - 1) : 0;
      }
    }
    return new Geometry(turn.of(source.extent()), Affine.of(rows), source.header());
  }
}
