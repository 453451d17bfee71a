package org.onelabel.volumes;

import java.nio.file.Path;

/**
 * A mistake in what the user gave: a file, a folder or a setting. The message is one line that
 * names the place and the cause; callers print it without a stack trace.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A mistake in what was given, in one line. */
  public InputException(String message) {
    super(inOneLine(message));
  }

  /** What is wrong with a file. */
  public InputException(Path file, String cause) {
    super(inOneLine(file + ": " + cause));
  }

  /** What is wrong with a file, and what showed it. */
  public InputException(Path file, String cause, Throwable origin) {
    super(inOneLine(file + ": " + cause), origin);
  }

  /** Names of files may hold line ends and other control characters; a line shows {@code ?}. */
  public static String inOneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /** What another library says, cut to its first line. */
  public static String firstLine(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }
}
