package org.onelabel.networks.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.networks.encoder.DenseEncoder;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.torchscript.ScriptArchive;
import org.onelabel.networks.weights.Tensor;

/** PyTorch's loader reads what is written and computes what the network computes. */
class NetworkScriptTest {
  @TempDir private Path folder;

  @Test
  void thePublishedUnetGivesTheSameLogits() throws IOException {
    assertSameLogits(TrainedCase.publishedUnet(), 32, 16, 48);
  }

  @Test
  void aUnetOfThickSlicesGivesTheSameLogits() throws IOException {
    assertSameLogits(TrainedCase.unetOfThickSlices(), 16, 20, 6);
  }

  @Test
  void aUnetWithSignedDistancesGivesTheSameLogits() throws IOException {
    assertSameLogits(TrainedCase.unetWithSignedDistances(), 16, 16, 6);
  }

  @Test
  void aVnetGivesTheSameLogits() throws IOException {
    assertSameLogits(TrainedCase.vnet(), 32, 16, 16);
  }

  @Test
  void ofSamMed3dNoneIsMade() {
    Architecture sam = new Architecture(NetworkKind.SAM_MED3D, 1, false, 2, 1);
    assertEquals(Optional.empty(), NetworkScript.of(sam, Map.of(), Map.of()));
  }

  @Test
  void weightsOfAnotherNetworkAreRefused() {
    Map<String, Tensor> vnet = TrainedCase.vnet().weights();
    assertThrows(
        IllegalArgumentException.class,
        () -> NetworkScript.of(new Architecture(1, false, 2, 2), vnet, Map.of()));
  }

  private void assertSameLogits(TrainedCase network, int... patch) throws IOException {
    Architecture architecture = network.architecture();
    Shape shape = network.shape(1, patch);
    float[] image = TrainedCase.patches(shape);
    Path file = folder.resolve("network.pt");
    ScriptArchive archive =
        NetworkScript.of(architecture, network.weights(), Map.of("about.json", "{\"ü\": 1}"))
            .orElseThrow();
    try (OutputStream out = Files.newOutputStream(file)) {
      archive.writeTo(out);
    }
    try (DenseEncoder loaded = DenseEncoder.open(file, ComputeDevice.cpu());
        ZipFile zip = new ZipFile(file.toFile())) {
      DenseEncoder.Features logits = loaded.encode(image, architecture.inputs(), patch);
      assertEquals(architecture.classes(), logits.dimension());
      assertArrayEquals(patch, logits.size());
      assertArrayEquals(network.logits(image, shape), logits.channels(), 1e-4f);
      byte[] extra = zip.getInputStream(zip.getEntry("Network/extra/about.json")).readAllBytes();
      assertEquals("{\"ü\": 1}", new String(extra, StandardCharsets.UTF_8));
    }
  }
}
