package org.onelabel.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import java.util.function.Predicate;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.volumes.Case;
import org.onelabel.volumes.Dataset;
import org.onelabel.volumes.LabelMap;

/**
 * From one labelled template and a pool to a specialist and predictions: features, propagation,
 * rounds of training, prediction and refinement, evaluation, report. Every stage reads and writes
 * files of the run directory; one that is current ({@link StageRunner}) is not done again.
 */
public final class Pipeline {
  private final Cohort cohort;
  private final Configuration configuration;
  private final RunDirectory run;
  private final Kernels kernels;
  private final ComputeDevice device;
  private final Progress progress;
  private final List<RunDirectory> siblings;
  private final Plan plan;
  private final Framings framings;
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
      ComputeDevice device,
      Progress progress) {
    RunDirectory.requireFree(folder);
    Cohort cohort = suitable(dataset, configuration, device, progress);
    RunDirectory run = RunDirectory.create(folder, configuration);
    return new Pipeline(cohort, run, kernels, device, progress);
  }

  /** A run that was begun before. */
  public static Pipeline resume(
      Dataset dataset, Path folder, Kernels kernels, ComputeDevice device, Progress progress) {
    RunDirectory run = RunDirectory.open(folder);
    Cohort cohort = suitable(dataset, run.configuration(), device, progress);
    return new Pipeline(cohort, run, kernels, device, progress);
  }

  private static Cohort suitable(
      Dataset dataset, Configuration configuration, ComputeDevice device, Progress progress) {
    Cohort cohort = Cohort.read(dataset, configuration, progress);
    Checkpoint.requireSuitable(cohort, configuration, device);
    return cohort;
  }

  /**
   * A run on a cohort.
   *
   * @param kernels the caller's, who closes them after the run
   * @param device where networks are trained and applied
   */
  public Pipeline(
      Cohort cohort, RunDirectory run, Kernels kernels, ComputeDevice device, Progress progress) {
    this(cohort, run, kernels, device, progress, List.of());
  }

  /**
   * The same beside other runs on the cohort: what one of them did with the same inputs is not done
   * again.
   */
  Pipeline(
      Cohort cohort,
      RunDirectory run,
      Kernels kernels,
      ComputeDevice device,
      Progress progress,
      List<RunDirectory> siblings) {
    this.cohort = cohort;
    this.siblings = List.copyOf(siblings);
    this.run = run;
    this.kernels = kernels;
    this.device = device;
    this.progress = progress;
    configuration = run.configuration();
    plan = Plan.of(cohort, configuration);
    framings = new Framings(cohort, plan, run);
    rounds = new Rounds(cohort, plan, run, kernels, device, progress);
  }

  /** Runs every stage that is not current; no other process may work on the run meanwhile. */
  public void run() {
    try (RunLock held = run.lock()) {
      run(held);
    }
  }

  /** The same under a lock that the caller has on the run, and keeps. */
  void run(RunLock held) {
    held.requireOpen();
    run.requireRelated(cohort.dataset(), cohort.files());
    run.goOn();
    Json.write(
        run.file(RunDirectory.PROVENANCE), Provenance.of(cohort.dataset(), kernels, device, plan));
    progress.say(plan.headline());
    StagePlan stages = StagePlan.of(configuration, cohort.dataset());
    StageRunner runner = new StageRunner(run, cohort.files(), progress);
    List<Stage> left = stages.stages().stream().filter(stage -> !runner.isCurrent(stage)).toList();
    if (siblings.isEmpty()) {
      new Forecaster(cohort, plan, run, kernels, device, framings, rounds)
          .of(left, progress)
          .ifPresent(forecast -> progress.say(forecast.toString()));
    }
    for (Stage stage : stages.stages()) {
      runner.run(stage, siblings, inputs -> work(stage, inputs, stages));
      if (stage.kind() == Stage.Kind.TRAINING) {
        rounds.forgetState(stage.round());
      }
    }
    nameWhatBelongsToNothing(stages);
    cohort.files().requireUnchanged();
    run.end(stages.names());
  }

  private Outputs work(Stage stage, StageInputs inputs, StagePlan stages) {
    Outputs outputs = new Outputs(run);
    switch (stage.kind()) {
      case ENCODER -> learnEncoder(outputs);
      case REGISTRATION -> register(outputs);
      case FEATURES -> encode(outputs);
      case PROPAGATION -> propagate(outputs);
      case TRAINING -> rounds.train(stage.round(), inputs.digest(), outputs);
      case PREDICTION -> rounds.predict(stage.round(), outputs);
      case REFINEMENT -> rounds.refine(stage.round(), outputs);
      case PREDICTIONS -> predictAll(outputs);
      case EVALUATION ->
          new RunEvaluation(cohort, run, run.written(stage.needs()), rounds, progress)
              .write(outputs);
      case REPORT -> new Report(cohort, run, stages.names(), progress).write(outputs);
    }
    return outputs;
  }

  private void nameWhatBelongsToNothing(StagePlan stages) {
    List<String> others = new ArrayList<>(run.stages());
    others.removeAll(stages.names());
    if (!others.isEmpty()) {
      progress.say(
          StageRunner.inWords(others)
              + ": no part of these settings; what is there counts for nothing");
    }
    List<String> strays = List.copyOf(run.strays());
    if (!strays.isEmpty()) {
      progress.say(
          StageRunner.inWords(strays) + ": written by no stage of this run; counts for nothing");
    }
  }

  private List<WorkingScan> templateAndPool() {
    List<WorkingScan> scans = new ArrayList<>(List.of(cohort.template()));
    scans.addAll(cohort.pool());
    return scans;
  }

  private void learnEncoder(Outputs outputs) {
    Configuration.LearntSettings settings = configuration.encoder().learnt();
    try (Progress.Task task = progress.begin("encoder", settings.iterations())) {
      Map<String, Tensor> weights =
          PoolEncoder.train(templateAndPool(), plan, settings, configuration.seed(), device, task);
      outputs.tensors(run.encoder(), new Safetensors(weights, Map.of()));
    }
  }

  private void register(Outputs outputs) {
    List<WorkingScan> scans = cohort.pool();
    try (Progress.Task task = progress.begin("registration", scans.size())) {
      Function<WorkingScan, Framing> finder = framings.finder();
      List<Framing> found = framed(scans, finder, task);
      for (int i = 0; i < scans.size(); i++) {
        outputs.tensors(run.registration(scans.get(i).id()), FramingFile.of(found.get(i)));
      }
    }
  }

  /** Looks for the anatomy in scans, as many at a time as the kernels have threads. */
  private List<Framing> framed(
      List<WorkingScan> scans, Function<WorkingScan, Framing> finder, Progress.Task task) {
    Function<WorkingScan, Framing> counted =
        scan -> {
          Framing framing = finder.apply(scan);
          synchronized (task) {
            task.step(scan.id());
          }
          return framing;
        };
    try (ForkJoinPool pool = new ForkJoinPool(kernels.threads())) {
      return pool.submit(() -> scans.parallelStream().map(counted).toList()).join();
    }
  }

  private void encode(Outputs outputs) {
    List<WorkingScan> scans = templateAndPool();
    try (Encoder encoder = Encoders.open(configuration, plan, run, device);
        Progress.Task task = progress.begin("features", scans.size())) {
      for (WorkingScan scan : scans) {
        Framing framing = framings.of(scan);
        FeatureGrid features = encoder.encode(framing.pull(scan.volume()));
        outputs.features(run.features(scan.id()), framing.bent(features));
        task.step(scan.id());
      }
    }
  }

  private void propagate(Outputs outputs) {
    Predicate<Framing> plausible = framings.plausible();
    List<String> without = new ArrayList<>();
    try (Propagation propagation = propagation();
        Progress.Task task = progress.begin("propagation", cohort.pool().size())) {
      for (WorkingScan scan : cohort.pool()) {
        Framing framing = framings.of(scan);
        PseudoLabel label = PseudoLabel.nothing(scan.geometry().voxels());
        if (plausible.test(framing)) {
          FeatureGrid features = run.readFeatures(run.features(scan.id()));
          label = framing.push(propagation.propagate(features, framing.frame().shape()));
        } else {
          without.add(scan.id());
        }
        outputs.pseudoLabel(0, scan.id(), scan.geometry(), label);
        task.step(scan.id());
      }
    }
    if (!without.isEmpty()) {
      progress.say(
          StageRunner.inWords(without)
              + ": the template's structures were not found; no labels are propagated there");
    }
  }

  private Propagation propagation() {
    Configuration.PropagationSettings settings = configuration.propagation();
    WorkingScan scan = cohort.template();
    Framing framing = framings.of(scan);
    Propagation.Template template =
        new Propagation.Template(
            run.readFeatures(run.features(scan.id())),
            framing.pull(cohort.templateLabels()),
            framing.frame().shape(),
            cohort.classes());
    return switch (settings.kind()) {
      case PROTOTYPE -> new PrototypePropagation(kernels, template);
      case DENSE_KNN -> new DenseKnnPropagation(kernels, settings.denseKnn(), template);
    };
  }

  /** Predictions of every case, by the model or, where no round is better, by the propagation. */
  private void predictAll(Outputs outputs) {
    Map<String, byte[]> validation = new HashMap<>();
    if (configuration.propagates()) {
      validation.putAll(propagateValidation());
      rounds.writePropagation(dice(validation), outputs);
    }
    int round = rounds.modelRound();
    List<Case> others = new ArrayList<>(cohort.dataset().validation());
    others.addAll(cohort.dataset().test());
    int cases = cohort.dataset().unlabelled().size() + others.size();
    try (Progress.Task task = progress.begin("predictions", cases)) {
      if (round == 0) {
        predictByPropagation(validation, outputs, task);
      } else {
        predictByModel(round, others, outputs, task);
      }
    }
  }

  /** The pool is predicted with what the propagation knows of it, others by the model alone. */
  private void predictByModel(int round, List<Case> others, Outputs outputs, Progress.Task task) {
    outputs.tensors(
        run.modelFile(),
        Model.file(plan.architecture(), rounds.weights(round), rounds.recipe(round)));
    try (Model model = Model.read(run.modelFile(), kernels, device)) {
      for (Case source : cohort.dataset().unlabelled()) {
        LabelMap labels = model.predict(source, rounds.propagated(source.id()), task);
        outputs.labels(run.prediction(source.id()), labels);
        task.step(source.id());
      }
      for (Case source : others) {
        outputs.labels(run.prediction(source.id()), model.predict(source, task));
        task.step(source.id());
      }
    }
  }

  /** The propagated labels of the validation cases by their ids, on their working grids. */
  private Map<String, byte[]> propagateValidation() {
    Map<String, byte[]> labels = new HashMap<>();
    if (cohort.validation().isEmpty()) {
      return labels;
    }
    try (CasePropagation propagation = casePropagation();
        Progress.Task task =
            progress.begin("propagation to validation cases", cohort.validation().size())) {
      for (WorkingScan scan : cohort.validation()) {
        labels.put(scan.id(), propagation.labels(scan));
        task.step(scan.id());
      }
    }
    return labels;
  }

  /** Mean Dice of labels of the validation cases; NaN where none has a value. */
  private double dice(Map<String, byte[]> validation) {
    List<Double> dices =
        cohort.validation().stream()
            .map(
                scan ->
                    Metrics.meanDice(
                        validation.get(scan.id()), cohort.workingTruth(scan), cohort.classes()))
            .toList();
    return Spread.of(dices).mean();
  }

  private void predictByPropagation(
      Map<String, byte[]> validation, Outputs outputs, Progress.Task task) {
    for (WorkingScan scan : cohort.pool()) {
      byte[] labels = run.readLabels(0, "pseudo-labels", scan.id()).labels();
      writePrediction(scan, labels, outputs, task);
    }
    for (WorkingScan scan : cohort.validation()) {
      writePrediction(scan, validation.get(scan.id()), outputs, task);
    }
    if (cohort.dataset().test().isEmpty()) {
      return;
    }
    try (CasePropagation propagation = casePropagation()) {
      for (Case source : cohort.dataset().test()) {
        WorkingScan scan = WorkingScan.read(source, cohort.spacing(), cohort.intensities());
        writePrediction(scan, propagation.labels(scan), outputs, task);
      }
    }
  }

  private void writePrediction(
      WorkingScan scan, byte[] labels, Outputs outputs, Progress.Task task) {
    LabelMap working = new LabelMap(scan.geometry(), labels);
    outputs.labels(run.prediction(scan.id()), scan.grid().back(working));
    task.step(scan.id());
  }

  private CasePropagation casePropagation() {
    Encoder encoder = Encoders.open(configuration, plan, run, device);
    try {
      return new CasePropagation(encoder, propagation(), framings.finder(), framings.plausible());
    } catch (RuntimeException | Error e) {
      encoder.close();
      throw e;
    }
  }
}
