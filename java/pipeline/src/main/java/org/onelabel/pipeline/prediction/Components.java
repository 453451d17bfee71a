package org.onelabel.pipeline.prediction;

import java.util.function.IntToDoubleFunction;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.grid.ConnectedComponents;

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
  static Components of(byte[] label, int[] shape, IntToDoubleFunction weight) {
    boolean[] mask = new boolean[label.length];
    for (int i = 0; i < label.length; i++) {
      mask[i] = LabelMap.isStructure(label[i]);
    }
    ConnectedComponents connected = ConnectedComponents.of(mask, shape);
    double[] weights = new double[connected.count()];
    double[][] middles = new double[connected.count()][3];
    for (int i = 0; i < label.length; i++) {
      int component = connected.labels()[i];
      if (component >= 0) {
        double w = weight.applyAsDouble(i);
        int x = i / shape[2] / shape[1];
        int y = i / shape[2] % shape[1];
        weights[component] += w;
        middles[component][0] += w * (x + 0.5) / shape[0];
        middles[component][1] += w * (y + 0.5) / shape[1];
        middles[component][2] += w * (i % shape[2] + 0.5) / shape[2];
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
