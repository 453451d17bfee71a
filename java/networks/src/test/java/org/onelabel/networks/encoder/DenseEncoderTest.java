package org.onelabel.networks.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.operations.ScriptFile;

class DenseEncoderTest {
  private static final int[] PATCH = {8, 4, 12};

  @TempDir private Path folder;

  @Test
  void torchScriptFileEncodesAPatch() throws IOException {
    assertAverages(ScriptFile.cellMeans(folder.resolve("pool.pt")), 2);
  }

  @Test
  void onnxFileEncodesAPatch() throws IOException {
    Path file = folder.resolve("pool.onnx");
    Files.write(file, OnnxFile.averagePool(PATCH, 4));
    assertAverages(file, 1);
  }

  private static void assertAverages(Path file, int dimension) throws IOException {
    float[] image = new float[PATCH[0] * PATCH[1] * PATCH[2]];
    double[] expected = new double[2 * 1 * 3];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) Math.sin(i);
      int row = i / PATCH[2];
      int x = row / PATCH[1];
      expected[x / 4 * 3 + i % PATCH[2] / 4] += image[i] / 64;
    }
    try (DenseEncoder encoder = DenseEncoder.open(file, ComputeDevice.cpu())) {
      DenseEncoder.Features features = encoder.encode(image, 1, PATCH);
      assertEquals(dimension, features.dimension());
      assertArrayEquals(new int[] {2, 1, 3}, features.size());
      for (int n = 0; n < expected.length; n++) {
        assertEquals(expected[n], features.channels()[n], 1e-6);
      }
    }
  }

  @Test
  void brokenFilesAreRefusedByName() throws IOException {
    for (String name : new String[] {"broken.pt", "broken.onnx", "broken.txt"}) {
      Path file = folder.resolve(name);
      byte[] rubbish = new byte[100];
      Arrays.fill(rubbish, (byte) 7);
      Files.write(file, rubbish);
      IOException e =
          assertThrows(
              IOException.class, () -> DenseEncoder.open(file, ComputeDevice.cpu()).close());
      assertTrue(e.getMessage().startsWith("is no"), e.getMessage());
    }
  }
}
