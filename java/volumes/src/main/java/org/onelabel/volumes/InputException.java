package org.onelabel.volumes;

import java.nio.file.Path;

/**
 * A mistake in what the user gave: a file, a folder or a setting. The message is one line that
 * names the place and the cause; callers print it without a stack trace.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InputException(String message) {
    super(message);
  }

  public InputException(Path file, String cause) {
    super(file + ": " + cause);
  }

  public InputException(Path file, String cause, Throwable origin) {
    super(file + ": " + cause, origin);
  }

  /** What another library says, cut to its first line. */
  public static String firstLine(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }
}
