package org.onelabel.networks.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Whatever bytes a weights file holds, reading it gives tensors or an {@link IOException}. */
class HostileWeightsFuzzTest {
  @TempDir private static Path folder;

  @FuzzTest
  void safetensors(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("weights.safetensors"), bytes);
    Safetensors content;
    try {
      content = Safetensors.read(file);
    } catch (IOException _) {
      return;
    }
    // What was let in can be used.
    content.tensors().values().forEach(Tensor::floats);
  }

  @FuzzTest
  void checkpoint(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("weights.pth"), bytes);
    try {
      PytorchArchive.read(file).tensors().values().forEach(Tensor::floats);
    } catch (IOException _) {
      // Refused.
    }
  }

  @FuzzTest
  void pickle(byte[] bytes) {
    try {
      new StatePickle(bytes).read();
    } catch (IOException _) {
      // Refused.
    }
  }
}
