package org.onelabel.volumes;

import java.util.List;

/**
 * The spatial fields of a NIfTI header as they stood in the file, so that a result is written back
 * into exactly the same space. {@code quaternion} holds b, c, d and the three offsets; {@code
 * sform} the three rows.
 */
record SpatialHeader(
    int version,
    double qfac,
    List<Double> spacing,
    int qformCode,
    List<Double> quaternion,
    int sformCode,
    List<Double> sform,
    int units) {

  private static final int MILLIMETRES = 2;

  static SpatialHeader of(Affine affine) {
    List<Double> rows = java.util.Arrays.stream(affine.values()).boxed().toList();
    return new SpatialHeader(
        1,
        1,
        List.of(affine.spacing(0), affine.spacing(1), affine.spacing(2)),
        0,
        List.of(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        1,
        rows,
        MILLIMETRES);
  }

  /** The affine by the NIfTI rules: sform if coded, else qform if coded, else the spacing alone. */
  Affine affine() {
    double unit = (units & 7) == 1 ? 1000 : (units & 7) == 3 ? 0.001 : 1;
    if (sformCode > 0) {
      double[] rows = new double[12];
      for (int i = 0; i < 12; i++) {
        rows[i] = unit * sform.get(i);
      }
      return Affine.of(rows);
    }
    double dx = unit * spacing.get(0);
    double dy = unit * spacing.get(1);
    double dz = unit * spacing.get(2);
    if (qformCode <= 0) {
      return Affine.ofSpacing(dx, dy, dz);
    }
    double b = quaternion.get(0);
    double c = quaternion.get(1);
    double d = quaternion.get(2);
    double a = Math.sqrt(Math.max(0, 1 - (b * b + c * c + d * d)));
    dz *= qfac < 0 ? -1 : 1;
    return Affine.of(
        (a * a + b * b - c * c - d * d) * dx,
        2 * (b * c - a * d) * dy,
        2 * (b * d + a * c) * dz,
        unit * quaternion.get(3),
        2 * (b * c + a * d) * dx,
        (a * a + c * c - b * b - d * d) * dy,
        2 * (c * d - a * b) * dz,
        unit * quaternion.get(4),
        2 * (b * d - a * c) * dx,
        2 * (c * d + a * b) * dy,
        (a * a + d * d - b * b - c * c) * dz,
        unit * quaternion.get(5));
  }
}
