package org.onelabel.pipeline.propagation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.CentrePatch;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

public class PrototypeGoldenTest {

  @ParameterizedTest
  @ValueSource(strings = {"prototype_binary", "prototype_four_class"})
  void pseudoLabelsOfEveryVolumeArePublishedOnes(String name) {
    Safetensors golden = GoldenCase.open(name);
    int classes = GoldenCase.setting(golden, "classes");
    int[] patch = GoldenCase.sides(golden, "patch");
    int[] templateShape = shape(golden.get("template_label"));
    try (Kernels kernels = Kernels.open()) {
      Propagation.Template template =
          new Propagation.Template(
              features(golden, 0, patch, templateShape),
              new LabelArray(Extent.of(templateShape), golden.get("template_label").bytes()),
              classes);
      try (Propagation propagation = new PrototypePropagation(kernels, List.of(template))) {
        assertTrue(golden.tensors().containsKey("spatial_features.1"), "a volume to label");
        // The template is volume 0 and keeps its own label.
        for (int i = 1; golden.tensors().containsKey("spatial_features." + i); i++) {
          byte[] expected = golden.get("pseudo_label." + i).bytes();
          int[] shape = shape(golden.get("pseudo_label." + i));
          PseudoLabel actual =
              propagation.propagate(features(golden, i, patch, shape), Extent.of(shape));
          assertArrayEquals(expected, actual.labels(), "volume " + i);
        }
      }
    }
  }

  public static int[] shape(Tensor tensor) {
    return tensor.shape().stream().mapToInt(Integer::intValue).toArray();
  }

  /** The published crop: padded symmetrically, smaller half first, or cropped in the middle. */
  private static FeatureGrid features(Safetensors golden, int i, int[] patch, int[] shape) {
    Tensor channels = golden.get("spatial_features." + i);
    int dimension = channels.shape().get(0);
    int[] size = {channels.shape().get(1), channels.shape().get(2), channels.shape().get(3)};
    int cells = size[0] * size[1] * size[2];
    float[] planes = channels.floats();
    float[] rows = new float[planes.length];
    for (int n = 0; n < cells; n++) {
      for (int d = 0; d < dimension; d++) {
        rows[n * dimension + d] = planes[d * cells + n];
      }
    }
    return new FeatureGrid(
        rows,
        dimension,
        Extent.of(size),
        CentrePatch.of(Extent.of(shape), Extent.of(patch)),
        0,
        new float[] {1});
  }
}
