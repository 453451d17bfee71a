package org.onelabel.networks.augmentation;

import java.util.random.RandomGenerator;

/**
 * Where a patch voxel, counted from the patch's centre, looks in the scan, counted from the same
 * point: a 3×3 matrix plus a smooth displacement.
 */
public final class SpatialMap {
  private static final double ROTATION = Math.toRadians(15);

  /** Within thick slices: views are planned by hand, and turn by more than patients do. */
  private static final double ROTATION_IN_PLANE = Math.toRadians(60);

  private static final double LOG_SCALE = Math.log(1.2);
  private static final double LOG_STRETCH = Math.log(1.1);
  private static final int CONTROL_SPACING = 16;
  private static final double DISPLACEMENT = 2.0;

  private final double[] matrix;
  private final int[] sourceAxes;
  private final DisplacementField displacement;

  private SpatialMap(double[] matrix, int[] sourceAxes, DisplacementField displacement) {
    this.matrix = matrix;
    this.sourceAxes = sourceAxes;
    this.displacement = displacement;
  }

  /** The map that moves nothing. */
  public static SpatialMap identity() {
    return new SpatialMap(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, new int[] {0, 1, 2}, null);
  }

  /** Rotation by k·90° in the x–y plane, then a flip along x or y. */
  public static SpatialMap rightAngles(RandomGenerator random) {
    int turns = random.nextInt(4);
    int flip = random.nextInt(2);
    double cos = turns == 0 ? 1 : turns == 2 ? -1 : 0;
    double sin = turns == 1 ? 1 : turns == 3 ? -1 : 0;
    double x = flip == 0 ? -1 : 1;
    double y = flip == 1 ? -1 : 1;
    int[] axes = turns % 2 == 0 ? new int[] {0, 1, 2} : new int[] {1, 0, 2};
    return new SpatialMap(
        new double[] {cos * x, -sin * y, 0, sin * x, cos * y, 0, 0, 0, 1}, axes, null);
  }

  /** Rotation, scale, stretch, and elastic displacement, alike in millimetres. */
  public static SpatialMap deformation(int[] patch, Anisotropy voxels, RandomGenerator random) {
    double[] m = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    int thin = voxels.acrossThin(patch);
    int thick = voxels.acrossSlices();
    for (int axis = 0; axis < 3; axis++) {
      boolean inPlane = axis == thick || axis == thin;
      double angle = uniform(random, inPlane ? ROTATION_IN_PLANE : ROTATION);
      // Nothing is turned out of thick slices or of a thin patch.
      if ((thick < 0 || axis == thick) && (thin < 0 || axis == thin)) {
        m = product(m, rotation(axis, angle));
      }
    }
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) {
        m[3 * row + column] *= voxels.share(row) / voxels.share(column);
      }
    }
    double scale = uniform(random, LOG_SCALE);
    for (int column = 0; column < 3; column++) {
      double factor = Math.exp(scale + uniform(random, LOG_STRETCH));
      for (int row = 0; row < 3; row++) {
        m[3 * row + column] *= factor;
      }
    }
    DisplacementField field =
        random.nextDouble() < 0.8
            ? DisplacementField.random(patch, CONTROL_SPACING, deviations(voxels, thin), random)
            : null;
    return new SpatialMap(m, new int[] {0, 1, 2}, field);
  }

  /** Of displacements along each axis; nothing leaves a thin patch. */
  private static double[] deviations(Anisotropy voxels, int thin) {
    double[] deviations = new double[3];
    for (int a = 0; a < 3; a++) {
      deviations[a] = a == thin ? 0 : DISPLACEMENT * voxels.share(a);
    }
    return deviations;
  }

  private static double uniform(RandomGenerator random, double limit) {
    return (2 * random.nextDouble() - 1) * limit;
  }

  private static double[] rotation(int axis, double angle) {
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return switch (axis) {
      case 0 -> new double[] {1, 0, 0, 0, cos, -sin, 0, sin, cos};
      case 1 -> new double[] {cos, 0, sin, 0, 1, 0, -sin, 0, cos};
      default -> new double[] {cos, -sin, 0, sin, cos, 0, 0, 0, 1};
    };
  }

  private static double[] product(double[] a, double[] b) {
    double[] c = new double[9];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 3; k++) {
          c[3 * i + j] += a[3 * i + k] * b[3 * k + j];
        }
      }
    }
    return c;
  }

  /** The scan axis that patch axis {@code a} runs along, for maps by right angles. */
  public int sourceAxis(int a) {
    return sourceAxes[a];
  }

  /** Writes the place in the scan of a place in the patch, in voxels. */
  public void apply(double x, double y, double z, double[] result) {
    if (displacement != null) {
      displacement.at(x, y, z, result);
      x += result[0];
      y += result[1];
      z += result[2];
    }
    result[0] = matrix[0] * x + matrix[1] * y + matrix[2] * z;
    result[1] = matrix[3] * x + matrix[4] * y + matrix[5] * z;
    result[2] = matrix[6] * x + matrix[7] * y + matrix[8] * z;
  }
}
