package org.onelabel.volumes.format.nrrd;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.SpatialHeader;

/**
 * The spatial fields of a NRRD header as they stood in the file.
 *
 * @param space in full, {@code left-posterior-superior} for one; empty where there is none
 * @param vectors from a voxel to its neighbours along x, y, z; without directions in the file,
 *     along the axes themselves
 * @param directed whether the file has directions, and not spacings alone
 * @param origin of the first voxel; 0 where the file has none, as ITK takes it
 * @param unit of all of them, as it is written; empty stands for millimetres
 */
record NrrdSpace(
    String space, List<List<Double>> vectors, boolean directed, List<Double> origin, String unit)
    implements SpatialHeader {

  static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);
  private static final String PATIENT = "left-posterior-superior";

  /** What the anatomical spaces have along right and front: 1 or −1 of ours. */
  private static final Map<String, int[]> SIGNS =
      Map.of(
          "right-anterior-superior",
          new int[] {1, 1},
          "left-anterior-superior",
          new int[] {-1, 1},
          PATIENT,
          new int[] {-1, -1});

  private static final Map<String, String> SHORT =
      Map.of(
          "ras", "right-anterior-superior",
          "las", "left-anterior-superior",
          "lps", PATIENT);

  private static final Map<String, Double> UNITS =
      Map.ofEntries(
          Map.entry("", 1.0),
          Map.entry("mm", 1.0),
          Map.entry("millimeter", 1.0),
          Map.entry("millimeters", 1.0),
          Map.entry("millimetre", 1.0),
          Map.entry("millimetres", 1.0),
          Map.entry("cm", 10.0),
          Map.entry("m", 1000.0),
          Map.entry("um", 0.001),
          Map.entry("µm", 0.001),
          Map.entry("micron", 0.001),
          Map.entry("microns", 0.001));

  /** The fields that a grid came from; where it came from no NRRD file, those of its affine. */
  static NrrdSpace of(Geometry geometry) {
    if (geometry.header() instanceof NrrdSpace space) {
      return space;
    }
    Affine a = geometry.affine();
    if (!geometry.isPlaced()) {
      return ofSpacings(List.of(a.spacing(0), a.spacing(1), a.spacing(2)), "");
    }
    return new NrrdSpace(
        PATIENT, List.of(patient(a, 0), patient(a, 1), patient(a, 2)), true, patient(a, 3), "");
  }

  private static List<Double> patient(Affine affine, int column) {
    return List.of(-affine.at(0, column), -affine.at(1, column), affine.at(2, column));
  }

  static NrrdSpace ofSpacings(List<Double> sides, String unit) {
    return new NrrdSpace(
        "",
        List.of(
            List.of(sides.get(0), 0.0, 0.0),
            List.of(0.0, sides.get(1), 0.0),
            List.of(0.0, 0.0, sides.get(2))),
        false,
        ZERO,
        unit);
  }

  /** A space in full and in small letters, however it is written. */
  static String inFull(String name) {
    String small = name.toLowerCase(Locale.ROOT);
    return SHORT.getOrDefault(small, small);
  }

  /** Whether lengths in a unit are understood. */
  static boolean isUnit(String unit) {
    return UNITS.containsKey(unit.toLowerCase(Locale.ROOT));
  }

  @Override
  public boolean isPlaced() {
    return directed && SIGNS.containsKey(space);
  }

  /** Why there is no affine; empty where there is one. */
  Optional<String> fault() {
    Affine affine = affine();
    return affine.isInvertible()
        ? Optional.empty()
        : Optional.of("the affine is singular or not finite: " + affine);
  }

  /** The affine in millimetres; where no anatomical space is named, of the voxel sides alone. */
  Affine affine() {
    double unitLength = UNITS.get(unit.toLowerCase(Locale.ROOT));
    if (!isPlaced()) {
      return Affine.ofSpacing(
          unitLength * length(vectors.get(0)),
          unitLength * length(vectors.get(1)),
          unitLength * length(vectors.get(2)));
    }
    int[] signs = SIGNS.get(space);
    double[] rows = new double[12];
    for (int row = 0; row < 3; row++) {
      double factor = unitLength * (row < 2 ? signs[row] : 1);
      for (int axis = 0; axis < 3; axis++) {
        rows[4 * row + axis] = factor * vectors.get(axis).get(row);
      }
      rows[4 * row + 3] = factor * origin.get(row);
    }
    return Affine.of(rows);
  }

  private static double length(List<Double> vector) {
    return Math.sqrt(vector.stream().mapToDouble(part -> part * part).sum());
  }
}
