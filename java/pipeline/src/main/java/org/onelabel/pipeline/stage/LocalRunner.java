package org.onelabel.pipeline.stage;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.onelabel.pipeline.directory.ManifestFile;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.RunNotes;
import org.onelabel.pipeline.directory.StageInputs;
import org.onelabel.pipeline.directory.StageManifest;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.directory.Standing;
import org.onelabel.pipeline.directory.Version;
import org.onelabel.pipeline.files.FileHash;
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.progress.Words;

/**
 * Does stages in this process, one after the other; cases of stages may be done elsewhere. A stage
 * is current when it is finished, its files are what it wrote, and all it follows from is what it
 * was: settings, files, what the stages it needs wrote, the version. So what follows from a stage
 * that was done again is done again where that wrote something else. Where other runs did the same,
 * their work is taken over.
 */
public final class LocalRunner implements StageRunner {
  private final RunDirectory run;
  private final InputFiles files;
  private final List<RunDirectory> siblings;
  private final Progress progress;
  private final CaseWorkers workers;

  /**
   * A runner.
   *
   * @param files of the dataset and of the settings
   * @param siblings runs that may have done the same
   */
  public LocalRunner(
      RunDirectory run, InputFiles files, List<RunDirectory> siblings, Progress progress) {
    this(run, files, siblings, progress, CaseWorkers.LOCAL);
  }

  /** The same whose cases these workers do. */
  public LocalRunner(
      RunDirectory run,
      InputFiles files,
      List<RunDirectory> siblings,
      Progress progress,
      CaseWorkers workers) {
    this.run = run;
    this.files = files;
    this.siblings = List.copyOf(siblings);
    this.progress = progress;
    this.workers = workers;
  }

  @Override
  public void run(StagePlan plan, StageContext context) {
    for (Stage stage : plan.stages()) {
      run(stage, context);
    }
  }

  @Override
  public void run(Stage stage, StageContext context) {
    run(
        stage,
        inputs -> {
          StageContext informed = context.following(inputs);
          Outputs outputs = informed.outputs();
          switch (stage) {
            case WholeStage whole -> whole.run(informed, outputs);
            case PerCaseStage cases -> new CaseRunner(cases, informed).all(workers, outputs);
          }
          return outputs;
        });
    if (stage instanceof PerCaseStage cases) {
      new CaseRunner(cases, context).forget();
    }
    stage.cleanUp(context);
  }

  @Override
  public void run(PerCaseStage stage, String id, StageContext context) {
    new CaseRunner(stage, context.following(required(stage))).run(List.of(id));
  }

  @Override
  public List<Stage> left(StagePlan plan) {
    return plan.stages().stream().filter(stage -> !isCurrent(stage)).toList();
  }

  /** Does a stage unless it is current. */
  void run(Stage stage, Function<StageInputs, Outputs> work) {
    StageName name = stage.name();
    StageInputs inputs = required(stage);
    ManifestFile manifest = run.manifests().of(name);
    switch (manifest.standing(inputs)) {
      case Standing.Finished() -> {
        progress.say(name + ": done before");
        return;
      }
      case Standing.Damaged(String file) ->
          progress.say(name + ": " + file + " was changed since; done again");
      case Standing.Outdated(List<String> changes) ->
          progress.say(name + ": " + Words.first(changes) + "; done again");
      case Standing.Unfinished() -> {}
    }
    for (RunDirectory other : siblings) {
      if (manifest.takeOver(inputs, other)) {
        progress.say(name + ": taken over from " + other.name());
        return;
      }
    }
    manifest.redo();
    long start = System.nanoTime();
    Outputs outputs = work.apply(inputs);
    double seconds = (System.nanoTime() - start) / 1e9;
    Set<String> left = manifest.done(inputs, seconds, outputs.hashes());
    if (!left.isEmpty()) {
      progress.say(
          name + ": " + Words.first(List.copyOf(left)) + " of before was changed since; left");
    }
  }

  @Override
  public boolean isCurrent(Stage stage) {
    Optional<StageManifest> manifest = run.manifests().of(stage.name()).finished();
    return manifest.isPresent() && inputs(stage).map(manifest.get().inputs()::equals).orElse(false);
  }

  private StageInputs required(Stage stage) {
    return inputs(stage)
        .orElseThrow(() -> new IllegalStateException(stage.name() + " comes before what it needs"));
  }

  /** What a stage follows from now; empty where a stage that it needs was never finished. */
  private Optional<StageInputs> inputs(Stage stage) {
    Map<String, FileHash> all = new TreeMap<>();
    stage.declaration().files().forEach((name, file) -> all.put(name, files.hash(file)));
    List<String> shown = new ArrayList<>();
    for (StageName need : stage.needs()) {
      Optional<StageManifest> manifest = run.manifests().of(need).finished();
      if (manifest.isEmpty()) {
        return Optional.empty();
      }
      all.putAll(manifest.get().files());
      shown.add(run.manifests().of(need).path());
    }
    if (stage.readsManifests()) {
      shown.add(RunDirectory.PROVENANCE);
      for (RunNotes.Past past : run.notes().past()) {
        shown.add(run.name(past.origin()));
        shown.add(run.name(past.metrics()));
      }
      shown.stream()
          .filter(name -> Files.isRegularFile(run.file(name)))
          .forEach(name -> all.put(name, FileHash.of(run.file(name))));
    }
    return Optional.of(new StageInputs(Version.text(), stage.declaration().settings(), all));
  }
}
