package org.onelabel.cli.console;

import java.util.Optional;

/** A command whose work can be gone on with after it was stopped. */
public interface Resumable {
  /**
   * What goes on with it, as part of a sentence; empty while there is nothing to go on with. The
   * same command, where nothing else is said.
   */
  default Optional<String> continuation() {
    return Optional.of("the same command goes on with it");
  }
}
