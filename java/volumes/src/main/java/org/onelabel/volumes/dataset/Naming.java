package org.onelabel.volumes.dataset;

import java.util.Locale;

/** How the image files of a dataset are called. */
public enum Naming {
  /** Not said: the dataset's own files decide, and where they do not, reading is refused. */
  AUTO,
  /** A file is a case, the whole stem its name; several channels are in the file. */
  PLAIN,
  /** {@code ID_0000}, {@code ID_0001}, …: a file is a channel of the case {@code ID}. */
  SUFFIXED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
