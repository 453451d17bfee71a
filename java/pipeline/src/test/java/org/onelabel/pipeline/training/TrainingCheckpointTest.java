package org.onelabel.pipeline.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;

class TrainingCheckpointTest {
  @TempDir private Path folder;

  @Test
  void aStateIsGoneOnWithByTheTrainingOfTheSameInputsAlone() throws IOException {
    Path file = folder.resolve("state.safetensors");
    TrainingCheckpoint first = new TrainingCheckpoint(file, "one", 0);
    assertEquals(Optional.empty(), first.load());
    first.save(new Safetensors(Map.of("w", Tensor.of(new float[] {3}, 1)), Map.of("seed", "1")));
    Safetensors kept = new TrainingCheckpoint(file, "one", 0).load().orElseThrow();
    assertEquals(3, kept.get("w").floats()[0]);
    assertEquals("1", kept.metadata().get("seed"));
    assertFalse(first.isAnothers());

    TrainingCheckpoint other = new TrainingCheckpoint(file, "two", 0);
    assertEquals(Optional.empty(), other.load());
    assertTrue(other.isAnothers());

    Files.writeString(file, "damaged");
    assertEquals(Optional.empty(), first.load());
    assertFalse(first.isAnothers());
  }
}
