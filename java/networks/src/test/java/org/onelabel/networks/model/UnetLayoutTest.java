package org.onelabel.networks.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.TrainingCase;
import org.onelabel.networks.contrast.DenseContrast;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.optimization.OptimizerKind;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.training.Training;
import org.onelabel.networks.training.TrainingSettings;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;

class UnetLayoutTest {
  private static final String FLAT = "3x3x1 2x2x1 3x3x3";
  private static final String MIXED = "3x3x1 2x2x1 3x3x3 1x2x2 3x1x3";
  private static final int VOLUMES = 2;
  private static final int CHANNELS = 2;
  private static final int CLASSES = 3;
  private static final int WIDTH = 2;
  private static final int[] PATCH = {4, 8, 4};

  private static Architecture architecture(String layout) {
    return new Architecture(
        NetworkKind.UNET_3D, CHANNELS, false, CLASSES, WIDTH, UnetLayout.parse(layout));
  }

  private static double[] normal(int size, Random random) {
    return random.doubles(size, -1, 1).map(v -> (float) v).toArray();
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static Map<String, double[]> doubles(Map<String, Tensor> tensors) {
    Map<String, double[]> doubles = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> doubles.put(name, doubles(tensor.floats())));
    return doubles;
  }

  private static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    Arrays.setAll(doubles, i -> floats[i]);
    return doubles;
  }

  /** Weights whose biases are not zero either. */
  private static Map<String, Tensor> weights(Architecture architecture) {
    Random random = new Random(3);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    Specialist.fresh(architecture, 5, ComputeDevice.cpu())
        .forEach(
            (name, tensor) ->
                weights.put(
                    name,
                    name.endsWith("bias")
                        ? Tensor.of(
                            floats(normal(tensor.floats().length, random)), tensor.floats().length)
                        : tensor));
    return weights;
  }

  private static double[] plainLogits(
      UnetLayout layout, Map<String, double[]> weights, double[] images) {
    PlainUnet plain = new PlainUnet(layout, weights);
    int size = images.length / VOLUMES;
    double[] all = {};
    for (int v = 0; v < VOLUMES; v++) {
      double[] logits = plain.logits(Arrays.copyOfRange(images, v * size, (v + 1) * size), PATCH);
      all = Arrays.copyOf(all, all.length + logits.length);
      System.arraycopy(logits, 0, all, all.length - logits.length, logits.length);
    }
    return all;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] moved(double[] values, double[] direction, double step) {
    double[] moved = values.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += step * direction[i];
    }
    return moved;
  }

  @ParameterizedTest
  @ValueSource(strings = {FLAT, MIXED, "1x1x1 2x2x2 3x3x3", "3x3x3 1x1x1 3x3x3"})
  void logitsAndGradientsAreThoseOfFloat64(String layout) {
    Architecture architecture = architecture(layout);
    Map<String, Tensor> weights = weights(architecture);
    Map<String, double[]> doubles = doubles(weights);
    Random random = new Random(11);
    int voxels = PATCH[0] * PATCH[1] * PATCH[2];
    double[] images = normal(VOLUMES * CHANNELS * voxels, random);
    double[] slopes = normal(VOLUMES * CLASSES * voxels, random);
    double[] expected = plainLogits(architecture.layout(), doubles, images);
    Map<String, double[]> gradients = new HashMap<>();
    try (Specialist specialist = Specialist.of(architecture, weights, ComputeDevice.cpu());
        NDManager step = specialist.manager().newSubManager()) {
      specialist.network().weights().requireGradients();
      try (GradientCollector collector = step.getEngine().newGradientCollector()) {
        NDArray image =
            step.create(floats(images), new Shape(VOLUMES, CHANNELS, PATCH[0], PATCH[1], PATCH[2]));
        NDArray logits = specialist.network().forward(image, false).logits();
        GoldenCase.assertClose("logits", floats(expected), logits.toFloatArray(), 1e-5);
        NDArray slope = step.create(floats(slopes), logits.getShape());
        collector.backward(logits.mul(slope).sum());
      }
      specialist
          .network()
          .weights()
          .byName()
          .forEach(
              (name, array) -> gradients.put(name, doubles(array.getGradient().toFloatArray())));
    }
    for (String name : weights.keySet()) {
      double[] direction = normal(doubles.get(name).length, random);
      double[] sides = new double[2];
      for (int side = 0; side < 2; side++) {
        Map<String, double[]> there = new HashMap<>(doubles);
        there.put(name, moved(doubles.get(name), direction, (2 * side - 1) * 1e-6));
        sides[side] = dot(plainLogits(architecture.layout(), there, images), slopes);
      }
      double slope = (sides[1] - sides[0]) / 2e-6;
      assertEquals(slope, dot(gradients.get(name), direction), 1e-3 * (1 + Math.abs(slope)), name);
    }
  }

  @Test
  void theHeadWorksOnTheFeatures() {
    Architecture architecture = architecture(FLAT);
    Map<String, Tensor> weights = weights(architecture);
    float[] head = weights.get("final.weight").floats();
    float[] bias = weights.get("final.bias").floats();
    int voxels = PATCH[0] * PATCH[1] * PATCH[2];
    try (Specialist specialist = Specialist.of(architecture, weights, ComputeDevice.cpu());
        NDManager step = specialist.manager().newSubManager()) {
      float[] image = floats(normal(CHANNELS * voxels, new Random(2)));
      Shape shape = new Shape(1, CHANNELS, PATCH[0], PATCH[1], PATCH[2]);
      SegmentationNetwork.Heads heads =
          specialist.network().forward(step.create(image, shape), false);
      float[] features = heads.features().toFloatArray();
      double[] expected = new double[CLASSES * voxels];
      for (int i = 0; i < expected.length; i++) {
        int out = i / voxels;
        expected[i] = bias[out];
        for (int f = 0; f < WIDTH; f++) {
          expected[i] += head[out * WIDTH + f] * features[f * voxels + i % voxels];
        }
      }
      GoldenCase.assertClose("logits", floats(expected), heads.logits().toFloatArray(), 1e-6);
    }
  }

  @Test
  void parametersOfOtherDepthsAreCountedOn() {
    UnetLayout six =
        UnetLayout.parse("3x3x1 2x2x1 3x3x1 2x2x1 3x3x3 2x2x2 3x3x3 2x2x2 3x3x3 2x2x1 3x3x3");
    assertArrayEquals(new int[] {32, 32, 4}, six.multiple());
    Map<String, Tensor> weights =
        Specialist.fresh(
            new Architecture(NetworkKind.UNET_3D_SDF, 1, true, 2, 1, six), 1, ComputeDevice.cpu());
    assertEquals(
        List.of(
            "conv1.conv1.0",
            "conv2.conv1.0",
            "conv3.conv1.0",
            "conv4.conv1.0",
            "conv5.conv1.0",
            "center.conv1.0",
            "up_concat5.conv.conv1.0",
            "up_concat4.conv.conv1.0",
            "up_concat3.conv.conv1.0",
            "up_concat2.conv.conv1.0",
            "up_concat1.conv.conv1.0"),
        weights.keySet().stream()
            .filter(name -> name.endsWith("conv1.0.weight"))
            .map(name -> name.replace(".weight", ""))
            .toList());
    assertEquals(List.of(1, 4, 3, 3, 1), weights.get("conv1.conv1.0.weight").shape());
    assertEquals(List.of(16, 48, 3, 3, 3), weights.get("up_concat5.conv.conv1.0.weight").shape());
    assertTrue(weights.containsKey("final2.bias"));
  }

  @Test
  void freshWeightsOfThePublishedLayoutAreWhatTheyWere() {
    CRC32 check = new CRC32();
    Specialist.fresh(new Architecture(1, true, 2, 4), 7, ComputeDevice.cpu())
        .forEach(
            (name, tensor) -> {
              check.update(name.getBytes(StandardCharsets.UTF_8));
              for (float value : tensor.floats()) {
                check.update(ByteBuffer.allocate(4).putFloat(value).flip());
              }
            });
    assertEquals(2882336917L, check.getValue());
  }

  @Test
  void featuresAreCappedWhereTheLayoutIsPlanned() {
    assertArrayEquals(
        new int[] {32, 64, 128, 256, 512}, new Architecture(1, false, 2, 32).features());
    UnetLayout six =
        UnetLayout.parse("3x3x3 2x2x2 3x3x3 2x2x2 3x3x3 2x2x2 3x3x3 2x2x2 3x3x3 2x2x2 3x3x3");
    assertArrayEquals(
        new int[] {32, 64, 128, 256, 320, 320},
        new Architecture(NetworkKind.UNET_3D, 1, false, 2, 32, six).features());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "3x3x3",
        "3x3x3 2x2x2",
        "3x3x2 2x2x2 3x3x3",
        "3x3x3 2x3x2 3x3x3",
        "3x3 2x2x2 3x3x3",
        "3x3x3 2x2 3x3x3",
        "3x3x3x3 2x2x2 3x3x3",
        "3x3x3 0x2x2 3x3x3",
        "3x3x3 2x2x2  3x3x3",
        "3x3x3 2x2x2 3x3x3 1x1x1 3x3x3 1x1x1 3x3x3 1x1x1 3x3x3 1x1x1 3x3x3 1x1x1 3x3x3 1x1x1 3x3x3"
      })
  void whatIsNoLayoutIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> UnetLayout.parse(text));
  }

  @ParameterizedTest
  @EnumSource(names = {"VNET", "SAM_MED3D"})
  void otherNetworksHaveThePublishedLayoutAlone(NetworkKind network) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Architecture(network, 1, false, 2, 4, UnetLayout.parse(FLAT)));
    assertEquals(network + " has the published layout alone, not " + FLAT, e.getMessage());
  }

  private static TrainingSettings settings(int... patch) {
    return TrainingCase.settings(patch, 1, OptimizerKind.ADAM, MethodKind.MEAN_TEACHER);
  }

  @Test
  void aPatchThatPoolingWouldCutIsRefused() {
    Architecture flat = architecture(FLAT);
    new Training(flat, settings(2, 4, 5), 1, ComputeDevice.cpu());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Training(flat, settings(2, 5, 4), 1, ComputeDevice.cpu()));
    assertEquals("side y of a patch is a multiple of 2 for this network, not 5", e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new DenseContrast(
                flat,
                new DenseContrast.Settings(new int[] {3, 4, 4}, 1, 1, 1, 1, 1),
                1,
                ComputeDevice.cpu()));
    SlidingWindow odd =
        new SlidingWindow(new int[] {3, 4, 4}, new int[] {1, 1, 1}, SlidingWindow.Blending.UNIFORM);
    Scan scan = TrainingCase.ball(1);
    Architecture one = new Architecture(NetworkKind.UNET_3D, 1, false, 2, 2, flat.layout());
    try (Specialist specialist =
        Specialist.of(one, Specialist.fresh(one, 1, ComputeDevice.cpu()), ComputeDevice.cpu())) {
      assertThrows(IllegalArgumentException.class, () -> specialist.predict(scan, odd));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {FLAT, MIXED})
  void aWeightsFileNamesItsLayout(String layout) throws IOException {
    Architecture architecture = architecture(layout);
    Map<String, Tensor> weights = weights(architecture);
    try (Specialist read =
        Specialist.read(Specialist.file(architecture, weights), ComputeDevice.cpu())) {
      assertEquals(architecture, read.architecture());
      TrainingCase.assertSameWeights(weights, read.weights());
    }
  }

  @Test
  void aWeightsFileWithoutALayoutHasThePublishedOne() throws IOException {
    Architecture architecture = new Architecture(1, false, 2, 2);
    Safetensors file =
        Specialist.file(architecture, Specialist.fresh(architecture, 1, ComputeDevice.cpu()));
    Map<String, String> about = new HashMap<>(file.metadata());
    about.remove("layout");
    try (Specialist read =
        Specialist.read(new Safetensors(file.tensors(), about), ComputeDevice.cpu())) {
      assertEquals(UnetLayout.PUBLISHED, read.architecture().layout());
    }
    about.put("layout", "3x3x3 2x2x2");
    assertThrows(
        IOException.class,
        () -> Specialist.read(new Safetensors(file.tensors(), about), ComputeDevice.cpu()));
  }
}
