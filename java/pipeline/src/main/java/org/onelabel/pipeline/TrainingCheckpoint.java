package org.onelabel.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.onelabel.networks.Checkpoints;
import org.onelabel.networks.Safetensors;
import org.onelabel.volumes.AtomicFile;
import org.onelabel.volumes.InputException;

/** The state of a training in a file of the run directory, written now and then. */
final class TrainingCheckpoint implements Checkpoints {
  private final Path file;
  private final double seconds;
  private long last = System.nanoTime();

  /** A state that is kept after every {@code seconds}; 0 after each step. */
  TrainingCheckpoint(Path file, double seconds) {
    this.file = file;
    this.seconds = seconds;
  }

  @Override
  public Safetensors load() {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      return Safetensors.read(file);
    } catch (IOException _) {
      // Damaged from outside: the training begins anew, and comes to the same result.
      return null;
    }
  }

  @Override
  public boolean isDue() {
    return (System.nanoTime() - last) / 1e9 >= seconds;
  }

  @Override
  public void save(Safetensors state) {
    AtomicFile.write(file, state::writeTo);
    last = System.nanoTime();
  }

  /** Forgets the state: the training has its result. */
  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new InputException(file, "cannot be deleted: " + e.getMessage(), e);
    }
  }
}
