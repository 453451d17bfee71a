package org.onelabel.cli.scans;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.onelabel.pipeline.run.ResumeRequest;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** What goes on with a run that was stopped. */
final class Continuation {
  /** What is said anew of a run that has its settings. */
  private static final Set<String> SAID_ANEW = Set.of("--naming", "--device", "--kernels-device");

  private Continuation() {}

  /**
   * The command that goes on with a run; empty where it was not begun.
   *
   * @param parsed the arguments of the command that was stopped
   */
  static Optional<String> of(ResumeRequest run, ParseResult parsed) {
    if (!run.isBegun()) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>(List.of("onelabel", "run"));
    words.addAll(List.of("--data", run.data().toString(), "--out", run.folder().toString()));
    for (OptionSpec option : parsed.matchedOptions()) {
      if (SAID_ANEW.contains(option.longestName())) {
        words.add(option.longestName());
        words.addAll(option.originalStringValues());
      }
    }
    words.add("--resume");
    return Optional.of(
        words.stream()
            .map(Continuation::quoted)
            .collect(Collectors.joining(" ", "to go on: ", "")));
  }

  /** A word as a shell reads it. */
  private static String quoted(String word) {
    return word.matches("[\\w./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
