package org.onelabel.volumes.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.onelabel.volumes.InputException;

/** Which file a path leads to, by whatever links. */
public final class FileIdentity {
  private FileIdentity() {}

  /** Equal for two paths to one file that exists. */
  public static Object of(Path file) {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key != null ? key : file.toRealPath();
    } catch (IOException e) {
      throw new InputException(file, "cannot be read: " + e.getMessage(), e);
    }
  }
}
