package org.onelabel.pipeline.registration.frame;

import java.util.Arrays;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Interpolation;

/**
 * How far every place of a scan that lies in the frame is to be moved to lie where its like is in
 * the template.
 *
 * @param displacement one array a frame axis, frame voxels, for each cell of a lattice over the
 *     frame
 * @param size cells of the lattice along x, y, z
 */
public record Bend(float[][] displacement, Extent size) {

  /** No bend. */
  public static Bend none() {
    return new Bend(new float[3][1], new Extent(1, 1, 1));
  }

  /** What its arrays take. */
  public long bytes() {
    return 12L * size.voxels();
  }

  /** The displacement along {@code axis} at a place in a frame, voxels. */
  public float at(int axis, Extent frame, double x, double y, double z) {
    return Interpolation.trilinear(
        displacement[axis],
        size,
        (x + 0.5) * size.sizeX() / frame.sizeX() - 0.5,
        (y + 0.5) * size.sizeY() / frame.sizeY() - 0.5,
        (z + 0.5) * size.sizeZ() / frame.sizeZ() - 0.5);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bend b
        && Arrays.deepEquals(displacement, b.displacement)
        && size.equals(b.size);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(displacement);
  }
}
