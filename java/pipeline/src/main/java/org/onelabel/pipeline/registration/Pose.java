package org.onelabel.pipeline.registration;

import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Placement;

/**
 * How a template's anatomy lies in a scan: mirrored or not, turned, scaled along the template's
 * axes, shifted.
 *
 * @param mirrored along the template's first axis
 * @param rotation about the x, y and z axes, in this order, radians
 * @param logScale natural logarithm of the size in the scan by that in the template, along x, y, z
 * @param centre where the middle of the frame lies in the scan, millimetres from its first voxel
 */
record Pose(boolean mirrored, double[] rotation, double[] logScale, double[] centre) {

  /** 3×3, row-major: from a millimetre offset in the template to one in the scan. */
  double[] matrix() {
    double[] m = rotation(rotation);
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) {
        m[3 * row + column] *= Math.exp(logScale[column]) * (mirrored && column == 0 ? -1 : 1);
      }
    }
    return m;
  }

  private static double[] rotation(double[] r) {
    double cx = Math.cos(r[0]);
    double sx = Math.sin(r[0]);
    double cy = Math.cos(r[1]);
    double sy = Math.sin(r[1]);
    double cz = Math.cos(r[2]);
    double sz = Math.sin(r[2]);
    return new double[] {
      cz * cy,
      cz * sy * sx - sz * cx,
      cz * sy * cx + sz * sx,
      sz * cy,
      sz * sy * sx + cz * cx,
      sz * sy * cx - cz * sx,
      -sy,
      cy * sx,
      cy * cx
    };
  }

  /** Where voxels of the frame lie among those of a scan. */
  Placement placement(Frame frame, double[] scanSpacing) {
    double[] m = matrix();
    double[] rows = new double[12];
    for (int row = 0; row < 3; row++) {
      double shift = centre[row];
      for (int column = 0; column < 3; column++) {
        double step = m[3 * row + column] * frame.spacing()[column];
        rows[4 * row + column] = step / scanSpacing[row];
        shift -= step * 0.5 * (frame.extent().size(column) - 1);
      }
      rows[4 * row + 3] = shift / scanSpacing[row];
    }
    return Placement.of(rows);
  }

  /** Mean of the logarithmic scales. */
  double meanLogScale() {
    return (logScale[0] + logScale[1] + logScale[2]) / 3;
  }
}
