package org.onelabel.networks.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.onnx.OnnxModel;
import org.onelabel.networks.weights.Tensor;

/** ONNX Runtime reads what is written and computes what the network computes. */
class NetworkGraphTest {
  /**
   * Share of the largest logit. The norms of random weights make more of float32's rounding than
   * those of trained ones do: PyTorch is as far from the network in float64.
   */
  private static final float CLOSE = 1e-4f;

  private static final OrtEnvironment RUNTIME = OrtEnvironment.getEnvironment();

  @TempDir private Path folder;

  @Test
  void thePublishedUnetGivesTheSameLogits() throws IOException, OrtException {
    assertSameLogits(TrainedCase.publishedUnet(), new int[] {32, 16, 48}, new int[] {32, 32, 32});
  }

  @Test
  void aUnetOfThickSlicesGivesTheSameLogits() throws IOException, OrtException {
    assertSameLogits(TrainedCase.unetOfThickSlices(), new int[] {16, 20, 6}, new int[] {8, 12, 14});
  }

  @Test
  void aUnetWithSignedDistancesGivesTheSameLogits() throws IOException, OrtException {
    assertSameLogits(
        TrainedCase.unetWithSignedDistances(), new int[] {16, 16, 6}, new int[] {24, 8, 10});
  }

  @Test
  void aVnetGivesTheSameLogits() throws IOException, OrtException {
    assertSameLogits(TrainedCase.vnet(), new int[] {32, 16, 16}, new int[] {48, 32, 16});
  }

  @Test
  void inputAndOutputAreNamedAndOfAnyBatchAndSides() throws IOException, OrtException {
    try (OrtSession session = session(TrainedCase.publishedUnet())) {
      assertEquals(Set.of("patches"), session.getInputNames());
      assertEquals(Set.of("logits"), session.getOutputNames());
      TensorInfo patches = (TensorInfo) session.getInputInfo().get("patches").getInfo();
      TensorInfo logits = (TensorInfo) session.getOutputInfo().get("logits").getInfo();
      assertArrayEquals(new long[] {-1, 5, -1, -1, -1}, patches.getShape());
      assertArrayEquals(new long[] {-1, 3, -1, -1, -1}, logits.getShape());
      assertArrayEquals(new String[] {"batch", "", "x", "y", "z"}, patches.getDimensionNames());
    }
  }

  @Test
  void textsAreInTheFile() throws IOException, OrtException {
    try (OrtSession session = session(TrainedCase.vnet())) {
      assertEquals(
          Map.of("about.json", "{\"ü\": 1}", "other", "text"),
          session.getMetadata().getCustomMetadata());
      assertEquals("onelabel", session.getMetadata().getProducerName());
    }
  }

  @Test
  void sidesThatAPoolingCutsOffAreRefused() throws IOException, OrtException {
    TrainedCase network = TrainedCase.unetOfThickSlices();
    try (OrtSession session = session(network)) {
      Shape shape = network.shape(1, new int[] {16, 18, 6});
      assertThrows(OrtException.class, () -> logits(session, TrainedCase.patches(shape), shape));
    }
  }

  @Test
  void ofSamMed3dNoneIsMade() {
    Architecture sam = new Architecture(NetworkKind.SAM_MED3D, 1, false, 2, 1);
    assertEquals(Optional.empty(), NetworkGraph.of(sam, Map.of(), Map.of()));
  }

  @Test
  void weightsOfAnotherNetworkAreRefused() {
    Map<String, Tensor> vnet = TrainedCase.vnet().weights();
    assertThrows(
        IllegalArgumentException.class,
        () -> NetworkGraph.of(new Architecture(1, false, 2, 2), vnet, Map.of()));
  }

  /** A patch, and two of another size. */
  private void assertSameLogits(TrainedCase network, int[] one, int[] two)
      throws IOException, OrtException {
    try (OrtSession session = session(network)) {
      for (Shape shape : new Shape[] {network.shape(1, one), network.shape(2, two)}) {
        float[] patches = TrainedCase.patches(shape);
        float[] expected = network.logits(patches, shape);
        float largest = 0;
        for (float logit : expected) {
          largest = Math.max(largest, Math.abs(logit));
        }
        assertArrayEquals(expected, logits(session, patches, shape), CLOSE * largest);
      }
    }
  }

  private static float[] logits(OrtSession session, float[] patches, Shape shape)
      throws OrtException {
    try (OnnxTensor input =
            OnnxTensor.createTensor(RUNTIME, FloatBuffer.wrap(patches), shape.getShape());
        OrtSession.Result result = session.run(Map.of("patches", input))) {
      return ((OnnxTensor) result.get("logits").orElseThrow()).getFloatBuffer().array();
    }
  }

  private OrtSession session(TrainedCase network) throws IOException, OrtException {
    Path file = folder.resolve("network.onnx");
    OnnxModel model =
        NetworkGraph.of(
                network.architecture(),
                network.weights(),
                Map.of("about.json", "{\"ü\": 1}", "other", "text"))
            .orElseThrow();
    try (OutputStream out = Files.newOutputStream(file)) {
      model.writeTo(out);
    }
    return RUNTIME.createSession(file.toString());
  }
}
