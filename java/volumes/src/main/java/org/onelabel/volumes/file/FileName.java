package org.onelabel.volumes.file;

import java.nio.file.Path;

/** What a path is called. */
public final class FileName {
  private FileName() {}

  /** The last name of a path; empty for the root of a file system, which has none. */
  public static String of(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }
}
