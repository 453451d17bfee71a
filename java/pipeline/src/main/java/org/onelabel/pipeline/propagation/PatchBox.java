package org.onelabel.pipeline.propagation;

import java.util.Arrays;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.GridSize;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.FeatureGrid;

/** Between a volume's voxels and the box its features cover. */
public final class PatchBox {
  private PatchBox() {}

  /**
   * The label of each cell: the voxel at floor(i · extent / cells) of the box, 0 in the padding.
   */
  static byte[] coarseLabels(byte[] labels, int[] shape, FeatureGrid grid) {
    byte[] coarse = new byte[grid.cells()];
    int n = 0;
    for (int x = 0; x < grid.size()[0]; x++) {
      for (int y = 0; y < grid.size()[1]; y++) {
        for (int z = 0; z < grid.size()[2]; z++, n++) {
          int vx = voxel(grid, 0, x);
          int vy = voxel(grid, 1, y);
          int vz = voxel(grid, 2, z);
          boolean inside =
              vx >= 0 && vy >= 0 && vz >= 0 && vx < shape[0] && vy < shape[1] && vz < shape[2];
          coarse[n] = inside ? labels[(vx * shape[1] + vy) * shape[2] + vz] : 0;
        }
      }
    }
    return coarse;
  }

  private static int voxel(FeatureGrid grid, int axis, int cell) {
    return grid.start()[axis] + (int) ((long) cell * grid.extent()[axis] / grid.size()[axis]);
  }

  /**
   * The best class of every voxel of {@code shape}, from scores (classes × cells, float32) on the
   * cells of a box.
   */
  public static PseudoLabel paste(
      Kernels kernels,
      Buffer scores,
      int classes,
      FeatureGrid grid,
      int[] shape,
      UpsampleArgmax.Interpolation interpolation) {
    int[] box = grid.extent();
    byte[] labels = new byte[box[0] * box[1] * box[2]];
    float[] margins = new float[labels.length];
    kernels.run(
        UpsampleArgmax.of(
                scores,
                classes,
                GridSize.of(grid.size()),
                GridSize.of(box),
                interpolation,
                Buffer.of(labels))
            .marginsInto(Buffer.of(margins)));
    int voxels = shape[0] * shape[1] * shape[2];
    if (Arrays.equals(box, shape) && Arrays.equals(grid.start(), new int[3])) {
      return new PseudoLabel(labels, margins);
    }
    byte[] pasted = new byte[voxels];
    float[] confidence = new float[voxels];
    for (int x = Math.max(0, grid.start()[0]);
        x < Math.min(shape[0], grid.start()[0] + box[0]);
        x++) {
      for (int y = Math.max(0, grid.start()[1]);
          y < Math.min(shape[1], grid.start()[1] + box[1]);
          y++) {
        int z = Math.max(0, grid.start()[2]);
        int length = Math.min(shape[2], grid.start()[2] + box[2]) - z;
        int from =
            ((x - grid.start()[0]) * box[1] + y - grid.start()[1]) * box[2] + z - grid.start()[2];
        int to = (x * shape[1] + y) * shape[2] + z;
        System.arraycopy(labels, from, pasted, to, length);
        System.arraycopy(margins, from, confidence, to, length);
      }
    }
    return new PseudoLabel(pasted, confidence);
  }
}
