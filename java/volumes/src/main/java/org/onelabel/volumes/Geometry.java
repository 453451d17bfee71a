package org.onelabel.volumes;

import java.util.stream.IntStream;
import org.onelabel.volumes.grid.Extent;

/**
 * Where voxels lie: the sides of the grid, the affine, and the header it came from. Arrays are in
 * the voxel order of {@link Extent}.
 */
public record Geometry(Extent extent, Affine affine, SpatialHeader header) {

  /**
   * How far apart the same voxel of two grids may lie that are taken for one, as a share of the
   * shortest voxel side: far above what float32 headers and quaternions lose, far below a voxel.
   */
  public static final double TOLERANCE = 0.01;

  /** In a millilitre. */
  private static final double CUBIC_MILLIMETRES = 1000;

  /** The header of grids that come from no file with fields of its own. */
  private enum Origin implements SpatialHeader {
    AFFINE,
    NOTHING;

    @Override
    public boolean isPlaced() {
      return this == AFFINE;
    }

    @Override
    public boolean tellsSpacing() {
      return this == AFFINE;
    }
  }

  /** A grid in the space of {@code affine}, as a file without a header of its own has it. */
  public static Geometry of(Extent extent, Affine affine) {
    return new Geometry(extent, affine, Origin.AFFINE);
  }

  /** The same of these sides. */
  public static Geometry of(int sizeX, int sizeY, int sizeZ, Affine affine) {
    return of(new Extent(sizeX, sizeY, sizeZ), affine);
  }

  /**
   * A grid of which only the sizes are known: its voxels are taken to have sides of 1 mm until
   * {@link #withSpacing} tells better.
   */
  public static Geometry ofSizes(int sizeX, int sizeY, int sizeZ) {
    return new Geometry(new Extent(sizeX, sizeY, sizeZ), Affine.ofSpacing(1, 1, 1), Origin.NOTHING);
  }

  /**
   * This grid with the voxel sides {@code sides} where its file does not tell them; the grid itself
   * where it does.
   */
  public Geometry withSpacing(Spacing sides) {
    return tellsSpacing()
        ? this
        : new Geometry(extent, Affine.ofSpacing(sides.x(), sides.y(), sides.z()), header);
  }

  /** Voxels along x. */
  public int sizeX() {
    return extent.sizeX();
  }

  /** Voxels along y. */
  public int sizeY() {
    return extent.sizeY();
  }

  /** Voxels along z. */
  public int sizeZ() {
    return extent.sizeZ();
  }

  /** The number of voxels. */
  public int voxels() {
    return extent.voxels();
  }

  /** Voxels along axis 0, 1 or 2. */
  public int size(int axis) {
    return extent.size(axis);
  }

  /** The three sizes; a fresh array. */
  public int[] shape() {
    return extent.shape();
  }

  /** Millimetres between neighbouring voxels along x, y, z; a fresh array. */
  public double[] spacing() {
    return new double[] {affine.spacing(0), affine.spacing(1), affine.spacing(2)};
  }

  /** What a voxel takes, oblique and sheared ones too. */
  public double voxelMillilitres() {
    return Math.abs(affine.determinant()) / CUBIC_MILLIMETRES;
  }

  /** True when both grids have the same number of voxels along each axis. */
  public boolean sameShape(Geometry other) {
    return extent.equals(other.extent);
  }

  /**
   * True when the file says where its voxels lie. A header without a coded sform or qform gives
   * voxel sides alone.
   */
  public boolean isPlaced() {
    return header.isPlaced();
  }

  /** True when the file says which sides its voxels have; see {@link #withSpacing}. */
  public boolean tellsSpacing() {
    return header.tellsSpacing();
  }

  /**
   * True when both grids have the same voxels in space: the same sizes, and no corner further apart
   * than {@link #TOLERANCE}. Where one of them is not placed, the sizes and the voxel sides decide.
   */
  public boolean coincidesWith(Geometry other) {
    if (!sameShape(other)) {
      return false;
    }
    double[] sides = spacing();
    double[] otherSides = other.spacing();
    if (!isPlaced() || !other.isPlaced()) {
      return IntStream.range(0, 3)
          .allMatch(a -> Math.abs(sides[a] - otherSides[a]) <= TOLERANCE * sides[a]);
    }
    double most = TOLERANCE * Math.min(sides[0], Math.min(sides[1], sides[2]));
    for (int corner = 0; corner < 8; corner++) {
      double[] at = {
        (corner & 1) == 0 ? 0 : sizeX() - 1,
        (corner & 2) == 0 ? 0 : sizeY() - 1,
        (corner & 4) == 0 ? 0 : sizeZ() - 1
      };
      double square = 0;
      for (int row = 0; row < 3; row++) {
        double apart = affine.at(row, 3) - other.affine.at(row, 3);
        for (int a = 0; a < 3; a++) {
          apart += (affine.at(row, a) - other.affine.at(row, a)) * at[a];
        }
        square += apart * apart;
      }
      if (!(square <= most * most)) {
        return false;
      }
    }
    return true;
  }

  /** The sizes as people write them: {@code 96×72×44}. */
  public String describeShape() {
    return extent.toString();
  }
}
