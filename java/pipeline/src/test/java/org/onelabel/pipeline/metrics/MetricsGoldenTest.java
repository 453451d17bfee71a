package org.onelabel.pipeline.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.propagation.PrototypeGoldenTest;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

class MetricsGoldenTest {

  private static LabelArray array(Tensor labels) {
    return new LabelArray(Extent.of(PrototypeGoldenTest.shape(labels)), labels.bytes());
  }

  @Test
  void everyMetricIsThePublishedOne() {
    Safetensors golden = GoldenCase.open("metrics");
    assertTrue(golden.tensors().containsKey("prediction.3"), "four pairs");
    for (int i = 0; golden.tensors().containsKey("prediction." + i); i++) {
      double[] expected = golden.get("dice_jaccard_hd95_asd_assd." + i).doubles();
      Metrics m =
          Metrics.of(
              array(golden.get("prediction." + i)),
              array(golden.get("truth." + i)),
              1,
              golden.get("spacing." + i).doubles());
      double[] actual = {m.dice(), m.jaccard(), m.hd95(), m.asd(), m.assd()};
      for (int j = 0; j < expected.length; j++) {
        assertEquals(expected[j], actual[j], 1e-9 * Math.max(1, expected[j]), i + "." + j);
      }
    }
  }
}
