package org.onelabel.networks.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.networks.encoder.DenseEncoder;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.model.SegmentationNetwork;
import org.onelabel.networks.model.UnetLayout;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.torchscript.ScriptArchive;
import org.onelabel.networks.weights.Tensor;

/** PyTorch's loader reads what is written and computes what the network computes. */
class NetworkScriptTest {
  private static final UnetLayout THICK_SLICES =
      new UnetLayout(
          List.of(List.of(3, 3, 1), List.of(3, 3, 3), List.of(3, 3, 3)),
          List.of(List.of(2, 2, 1), List.of(2, 2, 2)));

  @TempDir private Path folder;

  @Test
  void thePublishedUnetGivesTheSameLogits() throws IOException {
    assertSameLogits(new Architecture(2, true, 3, 4), new int[] {32, 16, 48});
  }

  @Test
  void aUnetOfThickSlicesGivesTheSameLogits() throws IOException {
    assertSameLogits(
        new Architecture(NetworkKind.UNET_3D, 1, false, 2, 5, THICK_SLICES), new int[] {16, 20, 6});
  }

  @Test
  void aUnetWithSignedDistancesGivesTheSameLogits() throws IOException {
    assertSameLogits(
        new Architecture(NetworkKind.UNET_3D_SDF, 1, false, 2, 3, THICK_SLICES),
        new int[] {16, 16, 6});
  }

  @Test
  void aVnetGivesTheSameLogits() throws IOException {
    assertSameLogits(new Architecture(NetworkKind.VNET, 1, false, 3, 3), new int[] {32, 16, 16});
  }

  @Test
  void ofSamMed3dNoneIsMade() {
    Architecture sam = new Architecture(NetworkKind.SAM_MED3D, 1, false, 2, 1);
    assertEquals(Optional.empty(), NetworkScript.of(sam, Map.of(), Map.of()));
  }

  @Test
  void weightsOfAnotherNetworkAreRefused() {
    Map<String, Tensor> vnet = fresh(new Architecture(NetworkKind.VNET, 1, false, 2, 2));
    assertThrows(
        IllegalArgumentException.class,
        () -> NetworkScript.of(new Architecture(1, false, 2, 2), vnet, Map.of()));
  }

  /** Weights that are nowhere zero, biases too. */
  private static Map<String, Tensor> fresh(Architecture architecture) {
    SplittableRandom random = new SplittableRandom(3);
    Map<String, Tensor> weights = new TreeMap<>();
    Specialist.fresh(architecture, 1, ComputeDevice.cpu())
        .forEach(
            (name, tensor) -> {
              float[] values = tensor.floats();
              for (int i = 0; i < values.length; i++) {
                values[i] += (float) (0.1 * random.nextDouble(-1, 1));
              }
              int[] shape = tensor.shape().stream().mapToInt(side -> side).toArray();
              weights.put(name, Tensor.of(values, shape));
            });
    return weights;
  }

  private void assertSameLogits(Architecture architecture, int[] patch) throws IOException {
    Map<String, Tensor> weights = fresh(architecture);
    float[] image = image(architecture.inputs(), patch);
    Path file = folder.resolve("network.pt");
    ScriptArchive archive =
        NetworkScript.of(architecture, weights, Map.of("about.json", "{\"ü\": 1}")).orElseThrow();
    try (OutputStream out = Files.newOutputStream(file)) {
      archive.writeTo(out);
    }
    try (DenseEncoder loaded = DenseEncoder.open(file, ComputeDevice.cpu());
        ZipFile zip = new ZipFile(file.toFile())) {
      DenseEncoder.Features logits = loaded.encode(image, architecture.inputs(), patch);
      assertEquals(architecture.classes(), logits.dimension());
      assertArrayEquals(patch, logits.size());
      assertArrayEquals(expected(architecture, weights, image, patch), logits.channels(), 1e-4f);
      byte[] extra = zip.getInputStream(zip.getEntry("Network/extra/about.json")).readAllBytes();
      assertEquals("{\"ü\": 1}", new String(extra, StandardCharsets.UTF_8));
    }
  }

  private static float[] image(int inputs, int[] patch) {
    float[] image = new float[inputs * patch[0] * patch[1] * patch[2]];
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextDouble(-2, 2);
    }
    return image;
  }

  private static float[] expected(
      Architecture architecture, Map<String, Tensor> weights, float[] image, int[] patch) {
    try (NDManager manager = ComputeDevice.cpu().newManager();
        Operators operators = new Operators(manager);
        SegmentationNetwork network =
            SegmentationNetwork.of(architecture, weights, manager, operators)) {
      network.weights().load(weights);
      Shape shape = new Shape(1, architecture.inputs(), patch[0], patch[1], patch[2]);
      NDArray logits = network.forward(manager.create(image, shape), false).logits();
      return logits.toFloatArray();
    }
  }
}
