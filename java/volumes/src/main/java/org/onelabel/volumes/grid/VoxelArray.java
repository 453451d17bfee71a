package org.onelabel.volumes.grid;

/** A value for every voxel of a grid. The array is shared, not copied. */
public record VoxelArray(Extent extent, float[] values) {

  public VoxelArray {
    if (values.length != extent.voxels()) {
      throw new IllegalArgumentException(
          values.length + " values for " + extent.voxels() + " voxels");
    }
  }

  /** Zeros. */
  public VoxelArray(Extent extent) {
    this(extent, new float[extent.voxels()]);
  }

  /** The value of a voxel, which must lie inside. */
  public float at(int x, int y, int z) {
    return values[extent.index(x, y, z)];
  }

  /** The values in a box, 0 outside the grid; a fresh array. */
  public VoxelArray cut(Box box) {
    float[] part = new float[box.extent().voxels()];
    cut(box, part, 0);
    return new VoxelArray(box.extent(), part);
  }

  /**
   * Writes the values in a box into {@code target}, from {@code offset} on; where the box leaves
   * the grid the target keeps its values.
   */
  public void cut(Box box, float[] target, int offset) {
    Box.copy(values, Box.of(extent), target, offset, box);
  }

  /** Writes the values of a box's voxels into this array, as far as the box lies in the grid. */
  public void paste(VoxelArray part, int x, int y, int z) {
    Box.copy(part.values, new Box(x, y, z, part.extent), values, 0, Box.of(extent));
  }
}
