package org.onelabel.pipeline;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.UpsampleArgmax;

/**
 * As published (SemiSAM-O1, section 3 of the method): one prototype per class, the mean of the
 * template's features over it; every cell of a volume gets the cosine with each prototype, scores
 * are brought to the voxels by nearest neighbour, the best class wins; voxels outside the box of
 * features are background.
 */
public final class PrototypePropagation implements Propagation {
  private final Kernels kernels;

  public PrototypePropagation(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public PseudoLabel propagate(Template template, FeatureGrid features, int[] shape) {
    int classes = template.classes();
    int cells = features.cells();
    float[] scores = new float[classes * cells];
    kernels.run(
        new PrototypeCosine(
            FeatureMatrix.rows(features.rows(), cells, features.dimension()),
            MemorySegment.ofArray(prototypes(template)),
            classes,
            MemorySegment.ofArray(scores),
            null,
            null));
    return PatchBox.paste(
        kernels, scores, classes, features, shape, UpsampleArgmax.Interpolation.NEAREST);
  }

  /** classes × dimension; zero for a class that no cell has. */
  private static float[] prototypes(Template template) {
    FeatureGrid features = template.features();
    int dimension = features.dimension();
    double[] sums = new double[template.classes() * dimension];
    byte[] coarse = PatchBox.coarseLabels(template.labels(), template.shape(), features);
    int[] counts = new int[template.classes()];
    for (int n = 0; n < coarse.length; n++) {
      int label = coarse[n] & 255;
      counts[label]++;
      for (int d = 0; d < dimension; d++) {
        sums[label * dimension + d] += features.rows()[n * dimension + d];
      }
    }
    float[] prototypes = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      prototypes[i] = (float) (sums[i] / Math.max(1, counts[i / dimension]));
    }
    return prototypes;
  }

  /** Between a volume's voxels and the box its features cover. */
  static final class PatchBox {
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

    /** The best class of every voxel of {@code shape}, from scores on the cells of a box. */
    static PseudoLabel paste(
        Kernels kernels,
        float[] scores,
        int classes,
        FeatureGrid grid,
        int[] shape,
        UpsampleArgmax.Interpolation interpolation) {
      int[] box = grid.extent();
      byte[] labels = new byte[box[0] * box[1] * box[2]];
      float[] margins = new float[labels.length];
      kernels.run(
          new UpsampleArgmax(
              MemorySegment.ofArray(scores),
              classes,
              grid.size(),
              box,
              interpolation,
              MemorySegment.ofArray(labels),
              MemorySegment.ofArray(margins)));
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
}
