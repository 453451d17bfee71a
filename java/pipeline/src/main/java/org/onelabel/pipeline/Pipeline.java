package org.onelabel.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.Safetensors;
import org.onelabel.networks.Tensor;
import org.onelabel.pipeline.Configuration.EncoderKind;
import org.onelabel.pipeline.Configuration.Supervision;
import org.onelabel.volumes.Case;
import org.onelabel.volumes.Dataset;
import org.onelabel.volumes.NiftiFile;

/**
 * From one labelled template and a pool to a specialist and predictions: features, propagation,
 * rounds of training, prediction and refinement, evaluation, report. Every stage reads and writes
 * files of the run directory; a finished one is not done again.
 */
public final class Pipeline {
  private final Cohort cohort;
  private final Configuration configuration;
  private final RunDirectory run;
  private final Kernels kernels;
  private final Progress progress;
  private final List<RunDirectory> siblings;
  private final Plan plan;
  private final Rounds rounds;

  /**
   * A new run. What is wrong with the folder, the dataset or the networks that the configuration
   * names is refused before anything is written.
   */
  public static Pipeline begin(
      Dataset dataset,
      Configuration configuration,
      Path folder,
      Kernels kernels,
      Progress progress) {
    RunDirectory.requireFree(folder);
    Cohort cohort = suitable(dataset, configuration, progress);
    return new Pipeline(cohort, RunDirectory.create(folder, configuration), kernels, progress);
  }

  /** A run that was begun before. */
  public static Pipeline resume(Dataset dataset, Path folder, Kernels kernels, Progress progress) {
    RunDirectory run = RunDirectory.open(folder);
    return new Pipeline(suitable(dataset, run.configuration(), progress), run, kernels, progress);
  }

  private static Cohort suitable(Dataset dataset, Configuration configuration, Progress progress) {
    Cohort cohort = Cohort.read(dataset, configuration, progress);
    Checkpoint.requireSuitable(cohort, configuration);
    return cohort;
  }

  public Pipeline(Cohort cohort, RunDirectory run, Kernels kernels, Progress progress) {
    this(cohort, run, kernels, progress, List.of());
  }

  /**
   * The same beside other runs on the cohort: what one of them did with the same settings is not
   * done again.
   */
  Pipeline(
      Cohort cohort,
      RunDirectory run,
      Kernels kernels,
      Progress progress,
      List<RunDirectory> siblings) {
    this.cohort = cohort;
    this.siblings = List.copyOf(siblings);
    this.run = run;
    this.kernels = kernels;
    this.progress = progress;
    configuration = run.configuration();
    plan = Plan.of(cohort, configuration);
    rounds = new Rounds(cohort, plan, run, kernels, progress);
  }

  /** Runs every stage that is not finished yet; no other process may work on the run meanwhile. */
  public void run() {
    try (RunLock held = run.lock()) {
      run(held);
    }
  }

  /** The same under a lock that the caller has on the run, and keeps. */
  void run(RunLock held) {
    held.requireOpen();
    Json.write(run.file("run.json"), Provenance.of(cohort.dataset(), kernels, plan));
    boolean withPool = configuration.training().supervision() == Supervision.TEMPLATE_AND_POOL;
    if (configuration.propagates()) {
      if (configuration.encoder().kind() == EncoderKind.POOL) {
        stage("encoder", this::learnEncoder);
      }
      stage("features", this::encode);
      stage("propagation", this::propagate);
    }
    for (int r = 1; r <= configuration.rounds(); r++) {
      int round = r;
      stage(training(r), () -> rounds.train(round));
      stage(prediction(r), () -> rounds.predict(round));
      if (withPool) {
        stage(refinement(r), () -> rounds.refine(round));
      }
    }
    if (configuration.rounds() > 0) {
      stage("predictions", this::predictAll);
    }
    stage("evaluation", () -> new RunEvaluation(cohort, run, rounds, progress).write());
    stage("report", () -> new Report(cohort, run, stages(), progress).write());
    Json.write(run.file("timing.json"), run.seconds(stages()));
  }

  private static String training(int round) {
    return "round-" + round + "-training";
  }

  private static String prediction(int round) {
    return "round-" + round + "-prediction";
  }

  private static String refinement(int round) {
    return "round-" + round + "-refinement";
  }

  /** Names of all stages in their order. */
  private List<String> stages() {
    List<String> names = new ArrayList<>(List.of("encoder", "features", "propagation"));
    for (int r = 1; r <= configuration.rounds(); r++) {
      names.addAll(List.of(training(r), prediction(r), refinement(r)));
    }
    names.addAll(List.of("predictions", "evaluation", "report"));
    return names;
  }

  private void stage(String name, Runnable body) {
    switch (run.standing(name)) {
      case RunDirectory.Standing.Finished() -> {
        progress.say(name + ": done before");
        return;
      }
      case RunDirectory.Standing.Damaged(String file) ->
          progress.say(name + ": " + file + " was changed since; done again");
      case RunDirectory.Standing.Unfinished() -> {
        if (takeOver(name)) {
          return;
        }
      }
    }
    long start = System.nanoTime();
    body.run();
    run.done(name, (System.nanoTime() - start) / 1e9, unclaimed(name));
  }

  /** Files that no stage but this one can have written. */
  private Set<String> unclaimed(String stage) {
    List<String> others = new ArrayList<>(stages());
    others.remove(stage);
    Set<String> files = run.files();
    files.removeAll(run.claimed(others));
    return files;
  }

  private boolean takeOver(String stage) {
    List<RunDirectory> same =
        siblings.stream()
            .filter(other -> inCommon(configuration, other.configuration()).contains(stage))
            .toList();
    // Of a stage that was begun here, what it left would belong to no stage.
    if (same.isEmpty() || !unclaimed(stage).isEmpty()) {
      return false;
    }
    Optional<RunDirectory> from =
        same.stream().filter(other -> run.takeOver(stage, other)).findFirst();
    from.ifPresent(other -> progress.say(stage + ": taken over from " + other.name()));
    return from.isPresent();
  }

  /** The stages that do the same in two runs on one cohort. */
  static List<String> inCommon(Configuration one, Configuration other) {
    List<String> stages = new ArrayList<>();
    if (one.propagates() && one.propagatesLike(other)) {
      if (one.encoder().kind() == EncoderKind.POOL) {
        stages.add("encoder");
      }
      stages.addAll(List.of("features", "propagation"));
    }
    if (one.rounds() > 0 && one.beginsTrainingLike(other)) {
      stages.add(training(1));
    }
    return stages;
  }

  private List<WorkingScan> templateAndPool() {
    List<WorkingScan> scans = new ArrayList<>(List.of(cohort.template()));
    scans.addAll(cohort.pool());
    return scans;
  }

  private void learnEncoder() {
    Configuration.LearntSettings settings = configuration.encoder().learnt();
    try (Progress.Task task = progress.begin("encoder", settings.iterations())) {
      Map<String, Tensor> weights =
          PoolEncoder.train(templateAndPool(), plan, settings, configuration.seed(), task);
      run.writeTensors(run.encoder(), new Safetensors(weights, Map.of()));
    }
  }

  private void encode() {
    List<WorkingScan> scans = templateAndPool();
    try (Encoder encoder = Encoders.open(configuration, plan, run);
        Progress.Task task = progress.begin("features", scans.size())) {
      for (WorkingScan scan : scans) {
        run.writeFeatures(run.features(scan.id()), encoder.encode(scan.volume()));
        task.step(scan.id());
      }
    }
  }

  private void propagate() {
    try (Propagation propagation = propagation();
        Progress.Task task = progress.begin("propagation", cohort.pool().size())) {
      for (WorkingScan scan : cohort.pool()) {
        PseudoLabel label =
            propagation.propagate(run.readFeatures(run.features(scan.id())), scan.shape());
        run.writePseudoLabel(0, scan.id(), scan.geometry(), label);
        task.step(scan.id());
      }
    }
  }

  private Propagation propagation() {
    Configuration.PropagationSettings settings = configuration.propagation();
    WorkingScan scan = cohort.template();
    Propagation.Template template =
        new Propagation.Template(
            run.readFeatures(run.features(scan.id())),
            cohort.templateLabels(),
            scan.shape(),
            cohort.classes());
    return switch (settings.kind()) {
      case PROTOTYPE -> new PrototypePropagation(kernels, template);
      case DENSE_KNN -> new DenseKnnPropagation(kernels, settings.denseKnn(), template);
    };
  }

  private void predictAll() {
    Model.write(
        run.model(),
        plan.architecture(),
        rounds.weights(rounds.modelRound()),
        plan.recipe(cohort, configuration));
    List<Case> cases = new ArrayList<>(cohort.dataset().unlabelled());
    cases.addAll(cohort.dataset().validation());
    cases.addAll(cohort.dataset().test());
    try (Model model = Model.read(run.model(), kernels);
        Progress.Task task = progress.begin("predictions", cases.size())) {
      for (Case source : cases) {
        NiftiFile.write(run.prediction(source.id()), model.predict(source, task));
        task.step(source.id());
      }
    }
  }
}
