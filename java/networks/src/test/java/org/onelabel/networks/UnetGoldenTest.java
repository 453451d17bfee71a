package org.onelabel.networks;

import static org.onelabel.networks.GoldenCase.assertClose;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.networks.SegmentationNetwork.Heads;

class UnetGoldenTest {

  @ParameterizedTest
  @CsvSource({"unet_3d,UNET_3D", "unet_3d_sdf,UNET_3D_SDF"})
  void headsLossesAndGradientsArePublishedOnes(String name, NetworkKind kind) {
    Safetensors golden = GoldenCase.open(name);
    Map<String, Tensor> weights = GoldenCase.weights(name).tensors();
    int classes = GoldenCase.setting(golden, "classes");
    int width = 64 / GoldenCase.setting(golden, "feature_scale");
    int channels = golden.get("image").shape().get(1);
    try (Specialist specialist =
            Specialist.of(new Architecture(kind, channels, false, classes, width), weights);
        NDManager step = specialist.manager().newSubManager()) {
      Operators operators = specialist.operators();
      NDArray image = step.create(golden.get("image").floats(), Weights.shape(golden.get("image")));
      Shape labelShape = Weights.shape(golden.get("label"));
      NDArray label =
          step.create(golden.get("label").floats(), labelShape)
              .toType(DataType.INT64, false)
              .expandDims(1);
      NDArray weight = label.onesLike().toType(DataType.FLOAT32, false);
      specialist.network().weights().requireGradients();
      try (GradientCollector collector =
          Engine.getEngine(Operators.ENGINE).newGradientCollector()) {
        Heads heads = specialist.network().forward(image, false);
        NDArray logits = heads.logits();
        if (kind == NetworkKind.UNET_3D_SDF) {
          assertClose(
              "signed distance",
              golden.get("signed_distance").floats(),
              heads.signedDistance().toFloatArray(),
              1e-4);
        }
        NDArray loss = operators.call("supervised_loss", logits, label, weight);
        collector.backward(loss);
        assertClose("logits", golden.get("logits").floats(), logits.toFloatArray(), 1e-4);
        assertClose("loss", golden.get("loss").floats(), loss.toFloatArray(), 1e-4);
        assertClose(
            "cross entropy",
            golden.get("cross_entropy").floats(),
            operators.call("cross_entropy", logits, label, weight).toFloatArray(),
            1e-4);
        assertClose(
            "Dice loss",
            golden.get("dice_loss").floats(),
            operators.call("dice_loss", logits, label, weight).toFloatArray(),
            1e-4);
      }
      specialist
          .network()
          .weights()
          .byName()
          .forEach(
              (parameter, array) -> {
                // The loss does not reach the second head.
                if (golden.tensors().containsKey("grad." + parameter)) {
                  assertGradient(
                      parameter, golden.get("grad." + parameter).floats(), array.getGradient());
                }
              });
    }
  }

  /** Biases before an instance norm have no gradient but rounding noise. */
  private static void assertGradient(String name, float[] expected, NDArray gradient) {
    float[] actual = gradient.toFloatArray();
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    if (largest < 1e-6) {
      for (float value : actual) {
        largest = Math.max(largest, Math.abs(value));
      }
      org.junit.jupiter.api.Assertions.assertTrue(largest < 1e-6, name + " is no noise");
    } else {
      assertClose("gradient of " + name, expected, actual, 1e-3);
    }
  }
}
