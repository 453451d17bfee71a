package org.onelabel.networks.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.networks.onnx.OnnxGraph.Value;
import org.onelabel.networks.weights.Tensor;

class OnnxModelTest {
  @TempDir private Path folder;

  @Test
  void oneModelIsAlwaysTheSameFile() throws IOException {
    Tensor weight = Tensor.of(new float[] {1, 2}, 2, 1, 1, 1, 1);
    Tensor bias = Tensor.of(new float[] {0, 3}, 2);
    OnnxModel model = model(weight, bias);
    assertArrayEquals(bytes(model), bytes(model));
    assertArrayEquals(bytes(model), bytes(model(weight, bias)));
  }

  private static OnnxModel model(Tensor weight, Tensor bias) {
    OnnxGraph graph = new OnnxGraph();
    Value x = graph.convolution(graph.input("x", 1), graph.filter("c", weight, bias));
    graph.output("y", graph.relu(graph.instanceNorm(x)));
    return new OnnxModel(graph, Map.of("a", "1", "b", "2", "c", "3"));
  }

  private static byte[] bytes(OnnxModel model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.writeTo(out);
    return out.toByteArray();
  }

  /** The lengths in a protocol buffer are of 31 bits. */
  @Test
  void moreWeightsThanAFileHoldsAreRefused() throws IOException {
    int side = 1 << 14;
    OnnxGraph graph = new OnnxGraph();
    Value x = graph.input("x", side);
    Tensor weight = new Tensor(Tensor.Type.F32, List.of(side, side, 1, 1, 1), zeros(4L << 28));
    for (int i = 0; i < 2; i++) {
      Tensor bias = Tensor.of(new float[side], side);
      x = graph.convolution(x, graph.filter("c" + i, weight, bias));
    }
    graph.output("y", x);
    IOException refused =
        assertThrows(
            IOException.class,
            () -> new OnnxModel(graph, Map.of()).writeTo(OutputStream.nullOutputStream()));
    assertEquals("2147614720 bytes of weights are more than ONNX holds", refused.getMessage());
  }

  /** A hole in a file: it takes no memory. */
  private ByteBuffer zeros(long bytes) throws IOException {
    Path hole = folder.resolve("hole");
    try (FileChannel file =
        FileChannel.open(
            hole,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      return file.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
    }
  }
}
