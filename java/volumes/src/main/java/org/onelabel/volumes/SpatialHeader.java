package org.onelabel.volumes;

/**
 * What a file says of where its voxels lie, in the words of its format. A {@link Geometry} keeps
 * it, so that a result is written back into exactly the same space; a format that meets the header
 * of another one writes the affine alone. Immutable, with a value's equality.
 */
public interface SpatialHeader {

  /** False where the file tells no more than the sides of its voxels, or not even these. */
  boolean isPlaced();

  /** False where the file does not tell the sides of its voxels either. */
  default boolean tellsSpacing() {
    return true;
  }
}
