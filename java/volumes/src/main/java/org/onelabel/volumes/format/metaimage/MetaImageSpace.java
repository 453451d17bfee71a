package org.onelabel.volumes.format.metaimage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.SpatialHeader;

/**
 * The spatial fields of a MetaImage header as they stood in the file: left, posterior, superior.
 * Like ITK, nothing is made of a CenterOfRotation.
 *
 * @param spacing along x, y, z
 * @param matrix the directions of x, of y and of z, 9 values
 * @param offset of the first voxel
 * @param placed whether the file has directions or an offset, and not spacings alone
 * @param unit DistanceUnits; empty where there is none
 */
record MetaImageSpace(
    List<Double> spacing, List<Double> matrix, List<Double> offset, boolean placed, String unit)
    implements SpatialHeader {

  /** No turn. */
  static final List<Double> IDENTITY = List.of(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0);

  /** No way. */
  static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);

  private static final Map<String, Double> UNITS =
      Map.of("", 1.0, "?", 1.0, "mm", 1.0, "cm", 10.0, "um", 0.001);

  /** The fields that a grid came from; where it came from no MetaImage, those of its affine. */
  static MetaImageSpace of(Geometry geometry) {
    if (geometry.header() instanceof MetaImageSpace space) {
      return space;
    }
    Affine a = geometry.affine();
    List<Double> spacing = List.of(a.spacing(0), a.spacing(1), a.spacing(2));
    if (!geometry.isPlaced()) {
      return new MetaImageSpace(spacing, IDENTITY, ZERO, false, "");
    }
    List<Double> matrix = new ArrayList<>();
    for (int axis = 0; axis < 3; axis++) {
      for (int row = 0; row < 3; row++) {
        matrix.add((row < 2 ? -1 : 1) * a.at(row, axis) / a.spacing(axis));
      }
    }
    return new MetaImageSpace(
        spacing, List.copyOf(matrix), List.of(-a.at(0, 3), -a.at(1, 3), a.at(2, 3)), true, "");
  }

  /** Whether lengths in a unit are understood. */
  static boolean isUnit(String unit) {
    return UNITS.containsKey(unit);
  }

  @Override
  public boolean isPlaced() {
    return placed;
  }

  /** Why there is no affine; empty where there is one. */
  Optional<String> fault() {
    Affine affine = affine();
    return affine.isInvertible()
        ? Optional.empty()
        : Optional.of("the affine is singular or not finite: " + affine);
  }

  /** The affine in millimetres; where nothing is placed, of the voxel sides alone. */
  Affine affine() {
    double length = UNITS.get(unit);
    if (!placed) {
      return Affine.ofSpacing(
          length * spacing.get(0), length * spacing.get(1), length * spacing.get(2));
    }
    double[] rows = new double[12];
    for (int row = 0; row < 3; row++) {
      double factor = row < 2 ? -length : length;
      for (int axis = 0; axis < 3; axis++) {
        rows[4 * row + axis] = factor * matrix.get(3 * axis + row) * spacing.get(axis);
      }
      rows[4 * row + 3] = factor * offset.get(row);
    }
    return Affine.of(rows);
  }
}
