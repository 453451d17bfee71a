package org.onelabel.cli.console;

/**
 * Watches for the end of the process, by Ctrl-C or a signal, while a command works. The command is
 * stopped where it stands, and a line tells what goes on with it.
 */
public final class Stop implements AutoCloseable {
  private final Thread hook;

  private Stop(Object command) {
    hook = new Thread(() -> stop(command), "stop");
  }

  /** Watches until it is closed; a command that is {@link Resumable} says what goes on with it. */
  public static Stop watch(Object command) {
    Stop stop = new Stop(command);
    Runtime.getRuntime().addShutdownHook(stop.hook);
    return stop;
  }

  private static void stop(Object command) {
    ImmediateExit.prepare();
    String more =
        command instanceof Resumable resumable
            ? resumable.continuation().map(text -> "; " + text).orElse("")
            : "";
    System.err.println(ConsoleProgress.overBars("onelabel: stopped" + more));
  }

  /** Does not return where the process is ending: a stopped command has no more to say. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // Waits for the end that has begun, whose exit code is another.
      Runtime.getRuntime().exit(ExitCode.OUR_FAULT);
    }
  }
}
