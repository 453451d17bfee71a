package org.onelabel.pipeline.propagation;

import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.GridSize;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;
import org.onelabel.volumes.grid.VoxelArray;

/** Between a volume's voxels and the box its features cover. */
public final class PatchBox {
  private PatchBox() {}

  /**
   * The label of each cell: the voxel at floor(i · extent / cells) of the box, 0 in the padding.
   */
  static byte[] coarseLabels(LabelArray labels, FeatureGrid grid) {
    Extent size = grid.size();
    byte[] coarse = new byte[size.voxels()];
    int n = 0;
    for (int x = 0; x < size.sizeX(); x++) {
      int vx = voxel(grid, 0, x);
      for (int y = 0; y < size.sizeY(); y++) {
        int vy = voxel(grid, 1, y);
        for (int z = 0; z < size.sizeZ(); z++, n++) {
          int vz = voxel(grid, 2, z);
          coarse[n] =
              labels.extent().contains(vx, vy, vz)
                  ? labels.labels()[labels.extent().index(vx, vy, vz)]
                  : 0;
        }
      }
    }
    return coarse;
  }

  private static int voxel(FeatureGrid grid, int axis, int cell) {
    Box box = grid.box();
    return box.start(axis) + (int) ((long) cell * box.extent().size(axis) / grid.size().size(axis));
  }

  /**
   * The best class of every voxel of {@code volume}, from scores (classes × cells, float32) on the
   * cells of a box.
   */
  public static PseudoLabel paste(
      Kernels kernels,
      Buffer scores,
      int classes,
      FeatureGrid grid,
      Extent volume,
      UpsampleArgmax.Interpolation interpolation) {
    Box box = grid.box();
    LabelArray labels = new LabelArray(box.extent(), new byte[box.extent().voxels()]);
    VoxelArray margins = new VoxelArray(box.extent());
    kernels.run(
        UpsampleArgmax.of(
                scores,
                classes,
                GridSize.of(grid.size().shape()),
                GridSize.of(box.extent().shape()),
                interpolation,
                Buffer.of(labels.labels()))
            .marginsInto(Buffer.of(margins.values())));
    if (box.equals(Box.of(volume))) {
      return new PseudoLabel(labels.labels(), margins.values());
    }
    LabelArray pasted = new LabelArray(volume, new byte[volume.voxels()]);
    VoxelArray confidence = new VoxelArray(volume);
    pasted.paste(labels, box.x(), box.y(), box.z());
    confidence.paste(margins, box.x(), box.y(), box.z());
    return new PseudoLabel(pasted.labels(), confidence.values());
  }
}
