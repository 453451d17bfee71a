package org.onelabel.networks.training;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;

/** Whatever a training's kept state holds, it is whole or refused. */
class HostileTrainingStateFuzzTest {
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
