package org.onelabel.volumes.format.dicom;

import java.util.List;

/**
 * Where the pixels of a slice lie, in DICOM's patient space: left, posterior, superior, in mm.
 *
 * @param position of the middle of the first pixel
 * @param orientation the directions of a row and of a column, 6 values
 * @param spacing between rows, and between columns
 */
record SlicePlane(List<Double> position, List<Double> orientation, List<Double> spacing) {

  /** The step from a pixel to the next of its row (axis 0) or of its column (1). */
  double step(int axis, int component) {
    return orientation.get(3 * axis + component) * spacing.get(1 - axis);
  }

  /** A part of the direction across the slice. */
  double normal(int component) {
    int next = (component + 1) % 3;
    int last = (component + 2) % 3;
    return orientation.get(next) * orientation.get(3 + last)
        - orientation.get(last) * orientation.get(3 + next);
  }

  /** How far the slice lies along its normal. */
  double place() {
    return position.get(0) * normal(0) + position.get(1) * normal(1) + position.get(2) * normal(2);
  }

  /** Whether two slices lie alike but for their positions. */
  boolean isParallelTo(SlicePlane other) {
    for (int i = 0; i < 6; i++) {
      // Scanners round directions to four digits or more.
      if (!(Math.abs(orientation.get(i) - other.orientation.get(i)) < 1e-3)) {
        return false;
      }
    }
    return Math.abs(spacing.get(0) - other.spacing.get(0)) < 1e-4 * spacing.get(0)
        && Math.abs(spacing.get(1) - other.spacing.get(1)) < 1e-4 * spacing.get(1);
  }
}
