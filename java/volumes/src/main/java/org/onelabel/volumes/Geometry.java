package org.onelabel.volumes;

/**
 * Where voxels lie: the number of voxels along x, y, z, the affine, and the header fields it came
 * from. Voxel [x, y, z] has index {@code (x · sizeY + y) · sizeZ + z} in every array here.
 */
public record Geometry(int sizeX, int sizeY, int sizeZ, Affine affine, SpatialHeader header) {

  public Geometry {
    if (sizeX < 1 || sizeY < 1 || sizeZ < 1) {
      throw new IllegalArgumentException(
          "every side needs a voxel: " + sizeX + "×" + sizeY + "×" + sizeZ);
    }
    Math.toIntExact((long) sizeX * sizeY * sizeZ);
  }

  /** A grid in the space of {@code affine}, as a file without a header of its own has it. */
  public static Geometry of(int sizeX, int sizeY, int sizeZ, Affine affine) {
    return new Geometry(sizeX, sizeY, sizeZ, affine, SpatialHeader.of(affine));
  }

  /** The number of voxels. */
  public int voxels() {
    return sizeX * sizeY * sizeZ;
  }

  /** Voxels along axis 0, 1 or 2. */
  public int size(int axis) {
    return switch (axis) {
      case 0 -> sizeX;
      case 1 -> sizeY;
      case 2 -> sizeZ;
      default -> throw new IndexOutOfBoundsException(axis);
    };
  }

  /** The three sizes; a fresh array. */
  public int[] shape() {
    return new int[] {sizeX, sizeY, sizeZ};
  }

  /** Millimetres between neighbouring voxels along x, y, z; a fresh array. */
  public double[] spacing() {
    return new double[] {affine.spacing(0), affine.spacing(1), affine.spacing(2)};
  }

  /** True when both grids have the same number of voxels along each axis. */
  public boolean sameShape(Geometry other) {
    return sizeX == other.sizeX && sizeY == other.sizeY && sizeZ == other.sizeZ;
  }

  /** The sizes as people write them: {@code 96×72×44}. */
  public String describeShape() {
    return sizeX + "×" + sizeY + "×" + sizeZ;
  }
}
