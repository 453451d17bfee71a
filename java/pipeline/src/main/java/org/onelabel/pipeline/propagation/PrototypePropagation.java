package org.onelabel.pipeline.propagation;

import java.util.List;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.DeviceBuffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * As published (SemiSAM-O1, section 3 of the method): one prototype per class, the mean of the
 * template's features over it (and of those of further labelled scans); every cell of a volume gets
 * the cosine with each prototype, scores are brought to the voxels by nearest neighbour, the best
 * class wins; voxels outside the box of features are background.
 */
public final class PrototypePropagation implements Propagation {
  private final Kernels kernels;
  private final int classes;
  private final float[] prototypes;

  public PrototypePropagation(Kernels kernels, List<Template> templates) {
    this.kernels = kernels;
    classes = templates.getFirst().classes();
    prototypes = prototypes(templates);
  }

  @Override
  public PseudoLabel propagate(FeatureGrid features, Extent volume) {
    int cells = features.cells();
    // The scores never leave the device.
    try (DeviceBuffer scores = kernels.allocate(4L * classes * cells)) {
      kernels.run(
          PrototypeCosine.of(
                  FeatureMatrix.rows(features.rows(), cells, features.dimension()),
                  Buffer.of(prototypes),
                  classes)
              .scoresInto(scores));
      return PatchBox.paste(
          kernels, scores, classes, features, volume, UpsampleArgmax.Interpolation.NEAREST);
    }
  }

  @Override
  public void close() {}

  /** classes × dimension; zero for a class that no cell has. */
  private static float[] prototypes(List<Template> templates) {
    int classes = templates.getFirst().classes();
    int dimension = templates.getFirst().features().dimension();
    double[] sums = new double[classes * dimension];
    int[] counts = new int[classes];
    for (Template template : templates) {
      FeatureGrid features = template.features();
      byte[] coarse = PatchBox.coarseLabels(template.labels(), features);
      for (int n = 0; n < coarse.length; n++) {
        int label = LabelArray.classOf(coarse[n]);
        if (label == LabelArray.IGNORED) {
          continue;
        }
        counts[label]++;
        for (int d = 0; d < dimension; d++) {
          sums[label * dimension + d] += features.rows()[n * dimension + d];
        }
      }
    }
    float[] prototypes = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      prototypes[i] = (float) (sums[i] / Math.max(1, counts[i / dimension]));
    }
    return prototypes;
  }
}
