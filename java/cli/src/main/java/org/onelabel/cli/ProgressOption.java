package org.onelabel.cli;

import org.onelabel.pipeline.progress.Progress;
import picocli.CommandLine.Option;

/** Whether a command tells how it goes on. */
final class ProgressOption {
  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  Progress get() {
    return ConsoleProgress.of(quiet);
  }
}
