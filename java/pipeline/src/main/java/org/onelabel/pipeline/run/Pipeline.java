package org.onelabel.pipeline.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.RunLock;
import org.onelabel.pipeline.directory.StageManifests;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.plan.Plan;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.progress.Words;
import org.onelabel.pipeline.report.Provenance;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.PerCaseStage;
import org.onelabel.pipeline.stage.Stage;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.stage.StagePlan;
import org.onelabel.pipeline.stage.StageRunner;
import org.onelabel.pipeline.workflow.Workflow;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Dataset;

/**
 * From one labelled template and a pool to a specialist and predictions: features, propagation,
 * rounds of training, prediction and refinement, evaluation, report ({@link Workflow}). Every stage
 * reads and writes files of the run directory; one that is current is not done again.
 */
public final class Pipeline {
  private final StageContext context;
  private final List<RunDirectory> siblings;

  /**
   * A new run. What is wrong with the folder, the dataset or the networks that the configuration
   * names is refused before anything is written.
   */
  public static Pipeline begin(
      Dataset dataset,
      Configuration configuration,
      Path folder,
      Devices devices,
      Progress progress) {
    RunDirectory.requireFree(folder);
    Cohort cohort = suitable(dataset, configuration, devices, progress);
    return new Pipeline(cohort, RunDirectory.create(folder, configuration), devices, progress);
  }

  /** A run that was begun before. */
  public static Pipeline resume(Dataset dataset, Path folder, Devices devices, Progress progress) {
    RunDirectory run = RunDirectory.open(folder);
    return new Pipeline(
        suitable(dataset, run.configuration(), devices, progress), run, devices, progress);
  }

  private static Cohort suitable(
      Dataset dataset, Configuration configuration, Devices devices, Progress progress) {
    Cohort cohort = CohortCheck.read(dataset, configuration, devices, progress);
    Suitability.require(cohort, configuration, devices.networks());
    return cohort;
  }

  public Pipeline(Cohort cohort, RunDirectory run, Devices devices, Progress progress) {
    this(cohort, run, devices, progress, List.of());
  }

  /**
   * The same beside other runs on the cohort: what one of them did with the same inputs is not done
   * again.
   */
  public Pipeline(
      Cohort cohort,
      RunDirectory run,
      Devices devices,
      Progress progress,
      List<RunDirectory> siblings) {
    this.siblings = List.copyOf(siblings);
    Plan plan = Plan.of(cohort, run.configuration());
    context = new StageContext(cohort, plan, run, devices, progress);
  }

  /** Runs every stage that is not current; no other process may work on the run meanwhile. */
  public void run() {
    try (RunLock held = context.run().lock()) {
      run(held);
    }
  }

  /** The same under a lock that the caller has on the run, and keeps. */
  public void run(RunLock held) {
    begin(held);
    StagePlan plan = plan();
    StageRunner runner = runner();
    if (siblings.isEmpty()) {
      new Forecaster(context)
          .of(runner.left(plan))
          .ifPresent(forecast -> context.progress().say(forecast.toString()));
    }
    runner.run(plan, context);
    nameWhatBelongsToNothing(plan);
    context.cohort().files().requireUnchanged();
    context.run().end(plan.names());
  }

  /**
   * Does one stage, or one case of it, if it is not current; no other process may work on the run
   * meanwhile. What the stage needs has to be done.
   *
   * @param name as {@link StageName} writes it
   * @param id of the case; empty for all
   */
  public void run(String name, Optional<String> id) {
    try (RunLock held = context.run().lock()) {
      StagePlan plan = plan();
      Stage stage =
          plan.stage(name)
              .orElseThrow(
                  () ->
                      new InputException(
                          "no stage named \"%s\" in this run; there are %s"
                              .formatted(name, plan.names())));
      StageRunner runner = runner();
      for (StageName need : stage.needs()) {
        if (!runner.isCurrent(plan.stage(need).orElseThrow())) {
          throw new InputException("%s comes first: %s needs it".formatted(need, name));
        }
      }
      begin(held);
      if (id.isEmpty()) {
        runner.run(stage, context);
      } else {
        runner.run(perCase(stage, id.get()), id.get(), context);
      }
      context.cohort().files().requireUnchanged();
    }
  }

  private PerCaseStage perCase(Stage stage, String id) {
    if (!(stage instanceof PerCaseStage cases)) {
      throw new InputException(stage.name() + " is done in one piece, not case by case");
    }
    if (!cases.cases(context).contains(id)) {
      throw new InputException("%s has no case named %s".formatted(stage.name(), id));
    }
    return cases;
  }

  private void begin(RunLock held) {
    held.requireOpen();
    RunDirectory run = context.run();
    Cohort cohort = context.cohort();
    run.manifests().requireRelated(cohort.dataset(), cohort.files());
    run.goOn();
    run.notes().keepDataset(cohort.dataset().folder());
    Json.write(
        run.file(RunDirectory.PROVENANCE),
        Provenance.of(
            cohort.dataset(), cohort.files(), context.kernels(), context.device(), context.plan()));
    context.progress().say(context.plan().headline());
  }

  private StagePlan plan() {
    return Workflow.of(context.configuration(), context.cohort().dataset());
  }

  private StageRunner runner() {
    return context
        .devices()
        .runners()
        .of(context.run(), context.cohort().files(), siblings, context.progress());
  }

  private void nameWhatBelongsToNothing(StagePlan plan) {
    StageManifests manifests = context.run().manifests();
    List<String> others = new ArrayList<>(manifests.names());
    others.removeAll(plan.names().stream().map(StageName::toString).toList());
    if (!others.isEmpty()) {
      context
          .progress()
          .say(
              Words.first(others)
                  + ": no part of these settings; what is there counts for nothing");
    }
    List<String> strays = List.copyOf(manifests.strays());
    if (!strays.isEmpty()) {
      context
          .progress()
          .say(Words.first(strays) + ": written by no stage of this run; counts for nothing");
    }
  }
}
