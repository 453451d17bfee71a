package org.onelabel.pipeline.propagation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.refinement.Refinement;
import org.onelabel.pipeline.refinement.VolumeRefinement;

class KnnGoldenTest {
  private static FeatureGrid notNeeded() {
    throw new AssertionError("no features of cells are needed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"knn_default", "knn_many"})
  void refinedLabelsArePublishedOnes(String name) {
    Safetensors golden = GoldenCase.open(name);
    int classes = GoldenCase.setting(golden, "classes");
    int labelled = GoldenCase.setting(golden, "labeled");
    double[] uncertainty = golden.get("uncertainty").doubles();
    float[] global = golden.get("global_features").floats();
    int dimension = global.length / uncertainty.length;
    List<Refinement.Volume> volumes = new ArrayList<>();
    for (int i = 0; i < uncertainty.length; i++) {
      Tensor label = golden.get("label." + i);
      PseudoLabel own = PseudoLabel.certain(label.bytes());
      int[] shape = PrototypeGoldenTest.shape(label);
      float[] map = new float[label.bytes().length];
      float[] feature = Arrays.copyOfRange(global, i * dimension, (i + 1) * dimension);
      volumes.add(
          i < labelled
              ? new Refinement.Template(own, shape, KnnGoldenTest::notNeeded, feature)
              : new Refinement.Predicted(
                  own, own, uncertainty[i], map, shape, KnnGoldenTest::notNeeded, feature));
    }
    try (Kernels kernels = Kernels.open()) {
      List<PseudoLabel> refined =
          new VolumeRefinement(
                  kernels,
                  GoldenCase.setting(golden, "k"),
                  Double.parseDouble(golden.metadata().get("quantile")))
              .refine(volumes, classes);
      int changed = 0;
      for (int i = 0; i < volumes.size(); i++) {
        byte[] expected = golden.get("refined." + i).bytes();
        assertArrayEquals(expected, refined.get(i).labels(), "volume " + i);
        changed += Arrays.equals(expected, volumes.get(i).label().labels()) ? 0 : 1;
      }
      assertEquals(GoldenCase.setting(golden, "changed"), changed);
    }
  }
}
