package org.onelabel.networks.augmentation;

import java.util.random.RandomGenerator;

/**
 * Random vectors on a coarse lattice over a patch, interpolated by quadratic B-splines: smooth, and
 * exact to evaluate anywhere in the patch.
 */
final class DisplacementField {
  private final int[] nodes = new int[3];
  private final double[] origin = new double[3];
  private final double spacing;
  private final float[][] values = new float[3][];

  private DisplacementField(int[] patch, double spacing) {
    this.spacing = spacing;
    for (int a = 0; a < 3; a++) {
      nodes[a] = (int) Math.ceil(patch[a] / spacing) + 3;
      origin[a] = -0.5 * (nodes[a] - 1) * spacing;
    }
  }

  /** Gaussian node vectors of these standard deviations, voxels along each axis. */
  static DisplacementField random(
      int[] patch, double spacing, double[] deviations, RandomGenerator random) {
    DisplacementField field = new DisplacementField(patch, spacing);
    for (int a = 0; a < 3; a++) {
      field.values[a] = new float[field.nodes[0] * field.nodes[1] * field.nodes[2]];
      for (int i = 0; i < field.values[a].length; i++) {
        field.values[a][i] = (float) (deviations[a] * random.nextGaussian());
      }
    }
    return field;
  }

  /** The displacement at a position counted from the patch's centre. */
  void at(double x, double y, double z, double[] result) {
    double tx = (x - origin[0]) / spacing;
    double ty = (y - origin[1]) / spacing;
    double tz = (z - origin[2]) / spacing;
    int ix = Math.clamp((int) Math.rint(tx), 1, nodes[0] - 2);
    int iy = Math.clamp((int) Math.rint(ty), 1, nodes[1] - 2);
    int iz = Math.clamp((int) Math.rint(tz), 1, nodes[2] - 2);
    double dx = 0;
    double dy = 0;
    double dz = 0;
    for (int i = -1; i <= 1; i++) {
      double wx = spline(tx - ix, i);
      for (int j = -1; j <= 1; j++) {
        double wxy = wx * spline(ty - iy, j);
        int row = ((ix + i) * nodes[1] + iy + j) * nodes[2] + iz;
        for (int k = -1; k <= 1; k++) {
          double w = wxy * spline(tz - iz, k);
          dx += w * values[0][row + k];
          dy += w * values[1][row + k];
          dz += w * values[2][row + k];
        }
      }
    }
    result[0] = dx;
    result[1] = dy;
    result[2] = dz;
  }

  /** Weight of the node at offset −1, 0 or 1 for a position {@code t} in −½…½ of the middle one. */
  private static double spline(double t, int offset) {
    return switch (offset) {
      case -1 -> 0.5 * (0.5 - t) * (0.5 - t);
      case 0 -> 0.75 - t * t;
      default -> 0.5 * (0.5 + t) * (0.5 + t);
    };
  }
}
