package org.onelabel.networks.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of weights by what they hold: safetensors, or PyTorch's own zip with a pickle. */
public final class WeightsFile {
  private WeightsFile() {}

  /**
   * Reads a file whole; what is no such file, or names a class it must not, is an {@link
   * IOException} that says why. Nothing in a file is ever run.
   */
  public static Safetensors read(Path file) throws IOException {
    requireFile(file);
    return isZip(file) ? PytorchArchive.read(file) : Safetensors.read(file);
  }

  /** Refuses what is there but no file: a pipe would keep its reader waiting. */
  static void requireFile(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("is no file");
    }
  }

  private static boolean isZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(4);
      return start.length == 4 && start[0] == 'P' && start[1] == 'K';
    }
  }
}
