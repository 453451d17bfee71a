package org.onelabel.volumes;

/** Millimetres between neighbouring voxels along x, y and z: positive and finite. */
public record Spacing(double x, double y, double z) {

  public Spacing {
    for (double side : new double[] {x, y, z}) {
      if (!(side > 0 && side < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("a spacing is positive and finite, not " + side);
      }
    }
  }

  /** The same along every axis. */
  public static Spacing cube(double side) {
    return new Spacing(side, side, side);
  }

  /** The three sides as people write them: {@code 0.625 × 0.625 × 0.625 mm}. */
  @Override
  public String toString() {
    return x + " × " + y + " × " + z + " mm";
  }
}
