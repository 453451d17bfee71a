package org.onelabel.networks;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  @FuzzTest
  void trainingState(FuzzedDataProvider data) {
    Map<String, Tensor> tensors = new HashMap<>();
    for (String name : List.of("memory.0", "memory.1", "student.a", "teacher.a", "best.a")) {
      if (data.consumeBoolean()) {
        tensors.put(name, Tensor.of(new float[] {1}, 1));
      }
    }
    Map<String, String> about = new HashMap<>();
    for (String name : List.of("bestVerdict", "bestIteration", "history")) {
      if (data.consumeBoolean()) {
        about.put(name, data.consumeString(100));
      }
    }
    try {
      TrainingState.Saved.of(new Safetensors(tensors, about), 2);
    } catch (IllegalArgumentException _) {
      // Not whole: the training begins anew.
    }
  }
}
