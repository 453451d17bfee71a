package org.onelabel.cli;

import org.onelabel.volumes.dataset.Warnings;
import picocli.CommandLine.Model.CommandSpec;

/** Says on the error stream, {@code --quiet} or not, what was left out. */
final class ConsoleWarnings {
  private ConsoleWarnings() {}

  static void print(Warnings warnings, CommandSpec spec) {
    for (String line : warnings.lines()) {
      spec.commandLine().getErr().println("onelabel: warning: " + line);
    }
    spec.commandLine().getErr().flush();
  }
}
