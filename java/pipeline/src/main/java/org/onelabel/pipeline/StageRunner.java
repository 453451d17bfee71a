package org.onelabel.pipeline;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Does stages that are not current. A stage is current when it is finished, its files are what it
 * wrote, and all it follows from is what it was: settings, files, what the stages it needs wrote,
 * the version. So what follows from a stage that was done again is done again where that wrote
 * something else.
 */
final class StageRunner {
  private static final int CHANGES_SAID = 3;

  /** Does a stage. */
  @FunctionalInterface
  interface Work {
    Outputs run(StageInputs inputs);
  }

  private final RunDirectory run;
  private final InputFiles files;
  private final Progress progress;

  StageRunner(RunDirectory run, InputFiles files, Progress progress) {
    this.run = run;
    this.files = files;
    this.progress = progress;
  }

  /**
   * Does a stage unless it is current.
   *
   * @param siblings runs that may have done the same
   */
  void run(Stage stage, List<RunDirectory> siblings, Work work) {
    String name = stage.name();
    StageInputs inputs =
        inputs(stage)
            .orElseThrow(() -> new IllegalStateException(name + " comes before what it needs"));
    switch (run.standing(name, inputs)) {
      case RunDirectory.Standing.Finished() -> {
        progress.say(name + ": done before");
        return;
      }
      case RunDirectory.Standing.Damaged(String file) ->
          progress.say(name + ": " + file + " was changed since; done again");
      case RunDirectory.Standing.Outdated(List<String> changes) ->
          progress.say(name + ": " + inWords(changes) + "; done again");
      case RunDirectory.Standing.Unfinished() -> {}
    }
    for (RunDirectory other : siblings) {
      if (run.takeOver(name, inputs, other)) {
        progress.say(name + ": taken over from " + other.name());
        return;
      }
    }
    run.redo(name);
    long start = System.nanoTime();
    Outputs outputs = work.run(inputs);
    double seconds = (System.nanoTime() - start) / 1e9;
    Set<String> left = run.done(name, inputs, seconds, outputs.names());
    if (!left.isEmpty()) {
      progress.say(name + ": " + inWords(List.copyOf(left)) + " of before was changed since; left");
    }
  }

  /** The first ones of a list. */
  static String inWords(List<String> items) {
    List<String> said = items.subList(0, Math.min(CHANGES_SAID, items.size()));
    int more = items.size() - said.size();
    return String.join(", ", said) + (more > 0 ? " and " + more + " more" : "");
  }

  /**
   * Whether a stage is finished and follows from what it would now; its files are not looked at.
   */
  boolean isCurrent(Stage stage) {
    Optional<StageManifest> manifest = run.manifest(stage.name()).filter(m -> !m.redone());
    return manifest.isPresent() && inputs(stage).map(manifest.get().inputs()::equals).orElse(false);
  }

  /** What a stage follows from now; empty where a stage that it needs was never finished. */
  private Optional<StageInputs> inputs(Stage stage) {
    Map<String, FileHash> all = new TreeMap<>();
    stage.files().forEach((name, file) -> all.put(name, files.hash(file)));
    List<String> shown = new ArrayList<>();
    for (String need : stage.needs()) {
      Optional<StageManifest> manifest = run.manifest(need).filter(m -> !m.redone());
      if (manifest.isEmpty()) {
        return Optional.empty();
      }
      all.putAll(manifest.get().files());
      shown.add(run.name(run.manifestFile(need)));
    }
    if (stage.kind() == Stage.Kind.REPORT) {
      shown.add(RunDirectory.PROVENANCE);
      shown.stream()
          .filter(name -> Files.isRegularFile(run.file(name)))
          .forEach(name -> all.put(name, FileHash.of(run.file(name))));
    }
    return Optional.of(new StageInputs(Version.text(), stage.settings(), all));
  }
}
