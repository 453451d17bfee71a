package org.onelabel.cli.console;

/** How a command ends, to the shell. */
public final class ExitCode {
  /** All is done. */
  public static final int DONE = 0;

  /** It was our fault. */
  public static final int OUR_FAULT = 1;

  /** It was the user's mistake. */
  public static final int USER_MISTAKE = 2;

  private ExitCode() {}
}
