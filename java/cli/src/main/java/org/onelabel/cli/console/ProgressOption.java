package org.onelabel.cli.console;

import org.onelabel.pipeline.progress.Progress;
import picocli.CommandLine.Option;

/** Whether a command tells how it goes on. */
public final class ProgressOption {
  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  public Progress get() {
    return ConsoleProgress.of(quiet);
  }
}
