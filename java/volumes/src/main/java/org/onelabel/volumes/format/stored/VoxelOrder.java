package org.onelabel.volumes.format.stored;

import java.nio.file.Path;
import java.util.function.IntToDoubleFunction;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.grid.Extent;

/** Between the order of voxels in most files, x fastest, and that of {@link Extent}, z fastest. */
public final class VoxelOrder {
  private VoxelOrder() {}

  /**
   * Intensities in the order of {@code extent}.
   *
   * @param stored the value of each voxel by its place in the file
   */
  public static float[] intensities(Extent extent, IntToDoubleFunction stored) {
    float[] voxels = new float[extent.voxels()];
    int next = 0;
    for (int z = 0; z < extent.sizeZ(); z++) {
      for (int y = 0; y < extent.sizeY(); y++) {
        for (int x = 0; x < extent.sizeX(); x++) {
          voxels[extent.index(x, y, z)] = (float) stored.applyAsDouble(next++);
        }
      }
    }
    return voxels;
  }

  /**
   * Classes in the order of {@code extent}; what is no class 0…254 is refused.
   *
   * @param stored the value of each voxel by its place in the file
   */
  public static byte[] labels(Path file, Extent extent, IntToDoubleFunction stored) {
    byte[] labels = new byte[extent.voxels()];
    int next = 0;
    for (int z = 0; z < extent.sizeZ(); z++) {
      for (int y = 0; y < extent.sizeY(); y++) {
        for (int x = 0; x < extent.sizeX(); x++) {
          double value = stored.applyAsDouble(next++);
          int label = LabelMap.classOf(value);
          if (label < 0) {
            throw new InputException(
                file,
                "label [%d, %d, %d] is %s, not 0…254%s"
                    .formatted(
                        x, y, z, value, value == 255 ? " (a mask? structures are 1, 2, …)" : ""));
          }
          labels[extent.index(x, y, z)] = (byte) label;
        }
      }
    }
    return labels;
  }

  /** Labels in the order of files. */
  public static byte[] stored(LabelMap labels) {
    Extent extent = labels.geometry().extent();
    byte[] stored = new byte[extent.voxels()];
    int next = 0;
    for (int z = 0; z < extent.sizeZ(); z++) {
      for (int y = 0; y < extent.sizeY(); y++) {
        for (int x = 0; x < extent.sizeX(); x++) {
          stored[next++] = labels.labels()[extent.index(x, y, z)];
        }
      }
    }
    return stored;
  }
}
