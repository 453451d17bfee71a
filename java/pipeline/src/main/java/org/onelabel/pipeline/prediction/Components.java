package org.onelabel.pipeline.prediction;

import java.util.function.IntToDoubleFunction;
import org.onelabel.volumes.grid.ConnectedComponents;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * The connected components of all structures of a label together.
 *
 * @param of each voxel, −1 where there is no structure
 * @param weights of the components
 * @param middles by weight, shares of the scan's sides
 */
record Components(int[] of, double[] weights, double[][] middles) {

  /**
   * Those of a label.
   *
   * @param weight of the voxel with an index
   */
  static Components of(LabelArray label, IntToDoubleFunction weight) {
    Extent extent = label.extent();
    boolean[] mask = new boolean[extent.voxels()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = LabelArray.isStructure(label.labels()[i]);
    }
    ConnectedComponents connected = ConnectedComponents.of(mask, extent);
    double[] weights = new double[connected.count()];
    double[][] middles = new double[connected.count()][3];
    for (int i = 0; i < mask.length; i++) {
      int component = connected.labels()[i];
      if (component >= 0) {
        double w = weight.applyAsDouble(i);
        weights[component] += w;
        for (int a = 0; a < 3; a++) {
          middles[component][a] += w * (extent.place(i, a) + 0.5) / extent.size(a);
        }
      }
    }
    for (int c = 0; c < weights.length; c++) {
      for (int a = 0; a < 3; a++) {
        middles[c][a] /= weights[c];
      }
    }
    return new Components(connected.labels(), weights, middles);
  }

  int count() {
    return weights.length;
  }
}
