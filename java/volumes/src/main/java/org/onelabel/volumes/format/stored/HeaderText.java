package org.onelabel.volumes.format.stored;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.onelabel.volumes.InputException;

/** The lines of a header in text, before which and behind which nothing is read. For one use. */
public final class HeaderText {
  /** Far above any header, so that a file without line ends is not read whole. */
  private static final int MOST_BYTES = 1 << 20;

  private final Path file;
  private final InputStream in;
  private int read;

  /** The lines from where {@code in} stands; the stream stays its owner's. */
  public HeaderText(Path file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  /** The next line without its end, which is {@code \n} or {@code \r\n}; empty where none is. */
  public Optional<String> line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return Optional.empty();
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
      if (++read > MOST_BYTES) {
        throw new InputException(file, "its header has no end in " + MOST_BYTES + " bytes");
      }
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }
}
