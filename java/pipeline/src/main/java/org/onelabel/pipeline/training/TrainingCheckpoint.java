package org.onelabel.pipeline.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.onelabel.networks.training.Checkpoints;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.volumes.file.AtomicFile;

/** The state of a training in a file of the run directory, written now and then. */
public final class TrainingCheckpoint implements Checkpoints {
  private static final String INPUTS = "inputs";

  private final Path file;
  private final String inputs;
  private final double seconds;
  private long last = System.nanoTime();

  /**
   * A state that is kept after every {@code seconds}; 0 after each step.
   *
   * @param inputs names what the training follows from; a state of other inputs is not gone on with
   */
  public TrainingCheckpoint(Path file, String inputs, double seconds) {
    this.file = file;
    this.inputs = inputs;
    this.seconds = seconds;
  }

  @Override
  public Optional<Safetensors> load() {
    return read().filter(this::isOurs);
  }

  /** Whether there is a state, of a training with other inputs. */
  public boolean isAnothers() {
    return read().filter(kept -> !isOurs(kept)).isPresent();
  }

  private boolean isOurs(Safetensors kept) {
    return inputs.equals(kept.metadata().get(INPUTS));
  }

  private Optional<Safetensors> read() {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Safetensors.read(file));
    } catch (IOException _) {
      // Damaged from outside: the training begins anew, and comes to the same result.
      return Optional.empty();
    }
  }

  @Override
  public boolean isDue() {
    return (System.nanoTime() - last) / 1e9 >= seconds;
  }

  @Override
  public void save(Safetensors state) {
    Map<String, String> metadata = new TreeMap<>(state.metadata());
    metadata.put(INPUTS, inputs);
    AtomicFile.write(file, new Safetensors(state.tensors(), metadata)::writeTo);
    last = System.nanoTime();
  }
}
