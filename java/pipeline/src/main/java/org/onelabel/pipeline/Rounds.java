package org.onelabel.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.methods.MethodSettings;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.optimization.OptimizerSettings;
import org.onelabel.networks.sampling.BatchSettings;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.training.Training;
import org.onelabel.networks.training.TrainingLength;
import org.onelabel.networks.training.TrainingSettings;
import org.onelabel.networks.training.Validation;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.Configuration.FeatureKind;
import org.onelabel.pipeline.Configuration.RefinementKind;
import org.onelabel.pipeline.Configuration.RoundSettings;
import org.onelabel.pipeline.Configuration.Supervision;
import org.onelabel.pipeline.Configuration.UncertaintyKind;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.NiftiFile;
import org.onelabel.volumes.Volume;

/** The three stages of every round: training, prediction of the pool, refinement. */
final class Rounds {
  static final int WATCHED_POOL_SCANS = 4;
  private static final int TIMED_STEPS = 3;
  private static final String TEACHER = "weights.safetensors";
  private static final String STUDENT = "student.safetensors";
  private static final String SUMMARY = "round.json";
  private static final String FILTER = "components.json";

  private final Cohort cohort;
  private final Plan plan;
  private final Configuration configuration;
  private final RunDirectory run;
  private final Kernels kernels;
  private final ComputeDevice device;
  private final Progress progress;
  private final Framings framings;

  Rounds(
      Cohort cohort,
      Plan plan,
      RunDirectory run,
      Kernels kernels,
      ComputeDevice device,
      Progress progress) {
    this.cohort = cohort;
    this.plan = plan;
    this.run = run;
    this.kernels = kernels;
    this.device = device;
    this.progress = progress;
    configuration = run.configuration();
    framings = new Framings(cohort, plan, run);
  }

  /**
   * Trains.
   *
   * @param inputs names all that the training follows from: a state that was kept is another
   *     training's where they differ
   */
  void train(int round, String inputs, Outputs outputs) {
    RoundSettings settings = configuration.training();
    Supervision supervision = configuration.supervision(round);
    Scan trusted = cohort.template().scan(cohort.templateLabels(), null);
    List<Scan> labelled = new ArrayList<>(List.of(trusted));
    List<Scan> unlabelled = new ArrayList<>();
    switch (supervision) {
      case TEMPLATE_ONLY -> {}
      case ALL_LABELS ->
          cohort.pool().forEach(scan -> labelled.add(scan.scan(cohort.workingTruth(scan), null)));
      case TEMPLATE_AND_UNLABELLED -> cohort.pool().forEach(scan -> unlabelled.add(scan.scan()));
      case TEMPLATE_AND_POOL ->
          cohort.pool().forEach(scan -> unlabelled.add(pseudoLabelled(scan, round - 1)));
    }
    List<Scan> watched = new ArrayList<>(List.of(trusted));
    if (supervision == Supervision.TEMPLATE_AND_POOL) {
      unlabelled.stream()
          .filter(scan -> !scan.isUnknown())
          .limit(WATCHED_POOL_SCANS)
          .forEach(watched::add);
    }
    List<Scan> learntFrom = Stream.concat(labelled.stream(), unlabelled.stream()).toList();
    ComponentFilter filter = ComponentFilter.of(plan.components(), learntFrom);
    outputs.json(file(round, FILTER), filter);
    SpecialistRound specialist =
        new SpecialistRound(
            plan.architecture(),
            trainingSettings(supervision, unlabelled.isEmpty()),
            Model.Recipe.window(plan.patch(), configuration.prediction()),
            filter,
            new StructureWatch(watched, cohort.classes()),
            cohort.validation().stream()
                .map(scan -> scan.scan(cohort.workingTruth(scan), null))
                .toList(),
            kernels);
    int before = settings.restart() ? 0 : lastWhole(round - 1);
    Map<String, Tensor> start = before == 0 ? firstWeights() : weights(before);
    long seed = configuration.seed() * 100 + round;
    TrainingCheckpoint checkpoint =
        new TrainingCheckpoint(state(round), inputs, settings.checkpointSeconds());
    if (checkpoint.isAnothers()) {
      progress.say(
          "round %d: the state that was kept is of a training with other inputs; begun anew"
              .formatted(round));
    }
    try (Progress.Task task =
        progress.begin("round " + round + ": training", settings.iterations())) {
      write(
          round,
          specialist.train(labelled, unlabelled, start, seed, device, checkpoint, task),
          outputs);
    }
  }

  /**
   * Seconds of a step of the last round: a few are taken on the template alone and thrown away, the
   * quickest counts.
   *
   * @param weights to begin with
   */
  double secondsOfAStep(Map<String, Tensor> weights) {
    Supervision supervision = configuration.supervision(configuration.rounds());
    Scan trusted = cohort.template().scan(cohort.templateLabels(), null);
    List<Scan> unlabelled =
        switch (supervision) {
          case TEMPLATE_ONLY, ALL_LABELS -> List.of();
          case TEMPLATE_AND_UNLABELLED -> List.of(cohort.template().scan());
          case TEMPLATE_AND_POOL -> List.of(trusted);
        };
    TrainingSettings settings =
        trainingSettings(supervision, unlabelled.isEmpty()).lasting(TIMED_STEPS);
    List<Long> times = new ArrayList<>();
    new Training(plan.architecture(), settings, configuration.seed(), device)
        .run(
            List.of(trusted),
            unlabelled,
            weights,
            (_, _) -> Validation.NONE,
            _ -> times.add(System.nanoTime()));
    long quickest = Long.MAX_VALUE;
    for (int i = 1; i < times.size(); i++) {
      quickest = Math.min(quickest, times.get(i) - times.get(i - 1));
    }
    return times.size() < 2 ? 0 : quickest / 1e9;
  }

  /** Weights of the run's network, for what takes as long with any. */
  Map<String, Tensor> anyWeights() {
    return configuration.network().file().isEmpty()
        ? Specialist.fresh(plan.architecture(), configuration.seed(), device)
        : checkpoint();
  }

  private Map<String, Tensor> checkpoint() {
    return Checkpoint.samMed3dWeights(Path.of(configuration.network().file()), device);
  }

  /** Forgets the state of a training that has its result. */
  void forgetState(int round) {
    try {
      Files.deleteIfExists(state(round));
    } catch (IOException e) {
      throw new InputException(
          state(round), "cannot be deleted: " + InputException.firstLine(e), e);
    }
  }

  private Path state(int round) {
    return file(round, "checkpoint.safetensors");
  }

  /** What the first round begins with, null for a fresh initialisation. */
  private Map<String, Tensor> firstWeights() {
    if (!configuration.network().file().isEmpty()) {
      return checkpoint();
    }
    Configuration.EncoderSettings encoder = configuration.encoder();
    if (!configuration.training().pretrained()
        || encoder.kind() != Configuration.EncoderKind.POOL
        || !configuration.propagates()) {
      return null;
    }
    Map<String, Tensor> weights =
        new LinkedHashMap<>(Specialist.fresh(plan.architecture(), configuration.seed(), device));
    run.readTensors(run.encoder())
        .tensors()
        .forEach(
            (name, tensor) -> {
              // The head is another one; so is everything where the networks differ.
              if (weights.containsKey(name) && weights.get(name).shape().equals(tensor.shape())) {
                weights.put(name, tensor);
              }
            });
    return weights;
  }

  private Scan pseudoLabelled(WorkingScan scan, int round) {
    RoundSettings settings = configuration.training();
    double power = settings.confidence() ? settings.confidencePower() : 0;
    return run.readPseudoLabel(round, scan.id()).target(scan.scan(), power);
  }

  private TrainingSettings trainingSettings(Supervision supervision, boolean labelledAlone) {
    RoundSettings s = configuration.training();
    // Without a pool the labelled scans fill the batch: the same work in every setting.
    int labelledBatch = s.labelledBatch() + (labelledAlone ? s.unlabelledBatch() : 0);
    return new TrainingSettings(
        new BatchSettings(plan.patch(), labelledBatch, s.unlabelledBatch(), plan.sampling()),
        new TrainingLength(s.iterations(), s.extensions(), s.validateEvery()),
        new OptimizerSettings(
            s.optimizer(),
            s.learningRate(),
            s.warmUp(),
            s.momentum(),
            OptimizerSettings.SQUARES_MOMENTUM,
            s.weightDecay(),
            s.clip()),
        new MethodSettings(
            s.method(),
            s.consistency(),
            s.consistencyRamp(),
            s.averageDecay(),
            supervision == Supervision.TEMPLATE_AND_POOL ? 1 : 0,
            s.generalist()));
  }

  private void write(int round, Training.Result result, Outputs outputs) {
    outputs.tensors(file(round, TEACHER), Specialist.file(plan.architecture(), result.weights()));
    if (configuration.refinement().uncertainty() == UncertaintyKind.DISAGREEMENT) {
      Safetensors student = Specialist.file(plan.architecture(), result.student());
      outputs.tensors(file(round, STUDENT), student);
    }
    boolean validated = !cohort.validation().isEmpty();
    StringBuilder history = new StringBuilder("iteration,loss,gradient_norm,");
    history.append(validated ? "validation_dice" : "watched_dice").append(",lost\n");
    for (Training.Progress step : result.history()) {
      double dice = step.validation().score();
      history.append(step.iteration() + "," + step.loss() + "," + step.gradientNorm() + ",");
      history.append(Double.isNaN(dice) ? "" : Double.toString(dice)).append(',');
      history.append(quoted(names(step.validation().lost()))).append('\n');
    }
    outputs.text(file(round, "training.csv"), history.toString());
    RoundSummary summary =
        new RoundSummary(
            round,
            result.iteration(),
            validated ? result.validation().score() : Double.NaN,
            names(result.validation().lost()),
            result.broken());
    outputs.json(file(round, SUMMARY), summary);
    summary.warnings().forEach(progress::say);
  }

  private List<String> names(List<Integer> classes) {
    return classes.stream().map(c -> cohort.structures().get(c - 1)).toList();
  }

  private static String quoted(List<String> names) {
    String text = String.join("; ", names).replace("\"", "\"\"");
    return names.isEmpty() ? "" : "\"" + text + "\"";
  }

  private Path file(int round, String name) {
    return run.file(RunDirectory.round(round), name);
  }

  private RoundSummary summary(int round) {
    return Json.read(file(round, SUMMARY), RoundSummary.class);
  }

  /** What every round left, that of the propagation too. */
  List<RoundSummary> summaries() {
    return IntStream.rangeClosed(configuration.propagates() ? 0 : 1, configuration.rounds())
        .mapToObj(this::summary)
        .toList();
  }

  /** The round whose labels are the run's: 0 where they are the propagation's. */
  int modelRound() {
    return RoundSummary.best(summaries()).round();
  }

  /**
   * Writes what the propagation is worth, for it to be compared with the rounds.
   *
   * @param validation its mean Dice on the validation cases; NaN where none has a value
   */
  void writePropagation(double validation, Outputs outputs) {
    boolean[] found = new boolean[LabelMap.IGNORED + 1];
    for (WorkingScan scan : cohort.pool()) {
      for (byte label : run.readLabels(0, "pseudo-labels", scan.id()).labels()) {
        found[label & 255] = true;
      }
    }
    IntStream structures =
        cohort.pool().isEmpty() ? IntStream.empty() : IntStream.range(1, cohort.classes());
    List<Integer> lost = structures.filter(c -> !found[c]).boxed().toList();
    RoundSummary summary = new RoundSummary(0, 0, validation, names(lost), false);
    outputs.json(file(0, SUMMARY), summary);
    summary.warnings().forEach(progress::say);
  }

  Map<String, Tensor> weights(int round) {
    return run.readTensors(file(round, TEACHER)).tensors();
  }

  /** The network of a round in one of its weights files. Its owner closes it. */
  private Model model(int round, String weights) {
    return Model.of(
        plan.architecture(),
        run.readTensors(file(round, weights)).tensors(),
        recipe(round),
        kernels,
        device);
  }

  /** How the model of a round prepares and tiles scans. */
  Model.Recipe recipe(int round) {
    ComponentFilter filter = Json.read(file(round, FILTER), ComponentFilter.class);
    return plan.recipe(cohort, configuration, filter);
  }

  /**
   * The last round up to {@code round} whose specialist kept every structure, 0 where there is
   * none: another one would hand on what it has lost.
   */
  private int lastWhole(int round) {
    int r = round;
    while (r > 0 && !summary(r).lost().isEmpty()) {
      r--;
    }
    return r;
  }

  void predict(int round, Outputs outputs) {
    List<WorkingScan> pool = cohort.pool();
    boolean disagreement = configuration.refinement().uncertainty() == UncertaintyKind.DISAGREEMENT;
    try (Model model = model(round, TEACHER);
        Model student = disagreement ? model(round, STUDENT) : null;
        Progress.Task task = progress.begin("round " + round + ": prediction", pool.size())) {
      Map<String, Double> uncertainty = new TreeMap<>();
      for (WorkingScan scan : pool) {
        Optional<byte[]> propagated = propagated(scan.id());
        Prediction prediction = model.predict(scan, propagated, task);
        PseudoLabel label = prediction.label();
        outputs.labels(
            run.map(round, "predicted", scan.id()), new LabelMap(scan.geometry(), label.labels()));
        outputs.volume(
            run.map(round, "margin", scan.id()), new Volume(scan.geometry(), label.confidence()));
        outputs.volume(
            run.map(round, "uncertainty", scan.id()),
            new Volume(
                scan.geometry(),
                uncertainty(round, scan, model, student, prediction, propagated, task)));
        uncertainty.put(scan.id(), prediction.uncertainty());
        task.step(scan.id());
      }
      outputs.json(file(round, "uncertainty.json"), uncertainty);
    }
  }

  /** The propagated labels of a scan of the pool, if it has some. */
  Optional<byte[]> propagated(String id) {
    if (!configuration.propagates()) {
      return Optional.empty();
    }
    LabelMap labels = run.readLabels(0, "pseudo-labels", id);
    return labels.highest() > 0 ? Optional.of(labels.labels()) : Optional.empty();
  }

  private float[] uncertainty(
      int round,
      WorkingScan scan,
      Model model,
      Model student,
      Prediction prediction,
      Optional<byte[]> propagated,
      Progress.Task task) {
    Configuration.RefinementSettings settings = configuration.refinement();
    return switch (settings.uncertainty()) {
      case ENTROPY -> prediction.entropy();
      case MUTUAL_INFORMATION ->
          Uncertainty.ofDropout(
              model, scan, settings.passes(), configuration.seed() * 100 + round, kernels);
      case DISAGREEMENT ->
          Uncertainty.ofPasses(
              List.of(
                  prediction.probabilities(),
                  student.predict(scan, propagated, task).probabilities()),
              kernels);
    };
  }

  void refine(int round, Outputs outputs) {
    boolean own =
        configuration.refinement().kind() == RefinementKind.REGION
            && configuration.refinement().region().features() == FeatureKind.SPECIALIST;
    if (own) {
      describe(round, outputs);
    }
    refine(round, id -> own ? run.features(round, id) : run.features(id), outputs);
  }

  /** Writes what the round's specialist sees in each volume: it is asked more than once. */
  private void describe(int round, Outputs outputs) {
    List<WorkingScan> scans = new ArrayList<>(List.of(cohort.template()));
    scans.addAll(cohort.pool());
    try (Model specialist = model(round, TEACHER);
        Progress.Task task = progress.begin("round " + round + ": features", scans.size())) {
      for (WorkingScan scan : scans) {
        FeatureGrid encoded = run.readFeatures(run.features(scan.id()));
        Framing framing = framings.of(scan);
        float[][] seen = specialist.describe(scan);
        Arrays.setAll(seen, i -> framing.pull(seen[i]));
        outputs.features(
            run.features(round, scan.id()), encoded.withChannels(seen, framing.frame().shape()));
        task.step(scan.id());
      }
    }
  }

  /**
   * Refines.
   *
   * @param features the file of the features that regions of a case are compared by
   */
  private void refine(int round, Function<String, Path> features, Outputs outputs) {
    Map<String, Double> uncertainty = Json.readNumbers(file(round, "uncertainty.json"));
    // Regions are compared cell by cell, where every scan lies as the template does.
    boolean framed = configuration.refinement().kind() == RefinementKind.REGION;
    WorkingScan template = cohort.template();
    Framing templateFraming = framing(template, framed);
    List<Refinement.Predicted> volumes = new ArrayList<>();
    volumes.add(
        new Refinement.Predicted(
            new PseudoLabel(templateFraming.pull(cohort.templateLabels()), null),
            null,
            templateFraming.frame().shape(),
            0,
            null,
            () -> run.readFeatures(features.apply(template.id())),
            run.readFeatures(run.features(template.id())).global(),
            true));
    for (WorkingScan scan : cohort.pool()) {
      Framing framing = framing(scan, framed);
      volumes.add(
          new Refinement.Predicted(
              framing.pull(predicted(round, scan)),
              framing.pull(run.readPseudoLabel(0, scan.id())),
              framing.frame().shape(),
              uncertainty.get(scan.id()),
              framing.pull(NiftiFile.readVolume(run.map(round, "uncertainty", scan.id())).voxels()),
              () -> run.readFeatures(features.apply(scan.id())),
              run.readFeatures(run.features(scan.id())).global(),
              false));
    }
    Set<Integer> lost =
        summary(round).lost().stream()
            .map(name -> 1 + cohort.structures().indexOf(name))
            .collect(Collectors.toSet());
    List<PseudoLabel> refined =
        new PropagatedStructures(refinement(), lost).refine(volumes, cohort.classes());
    for (int i = 0; i < cohort.pool().size(); i++) {
      WorkingScan scan = cohort.pool().get(i);
      PseudoLabel label =
          framing(scan, framed)
              .pushChanges(refined.get(i + 1), volumes.get(i + 1).label(), predicted(round, scan));
      outputs.pseudoLabel(round, scan.id(), scan.geometry(), label);
    }
  }

  private Framing framing(WorkingScan scan, boolean framed) {
    return framed ? framings.of(scan) : Framing.whole(scan, cohort.spacing());
  }

  private PseudoLabel predicted(int round, WorkingScan scan) {
    return new PseudoLabel(
        run.readLabels(round, "predicted", scan.id()).labels(),
        NiftiFile.readVolume(run.map(round, "margin", scan.id())).voxels());
  }

  private Refinement refinement() {
    Configuration.RefinementSettings settings = configuration.refinement();
    return switch (settings.kind()) {
      case NONE -> (volumes, _) -> volumes.stream().map(Refinement.Predicted::label).toList();
      case REGION -> {
        Configuration.RegionSettings region = settings.region();
        yield new RegionRefinement(
            kernels,
            new RegionRefinement.Settings(
                region.quantile(),
                region.k(),
                region.temperature(),
                region.ownVolume(),
                region.template(),
                region.weight()));
      }
      case VOLUME -> new VolumeRefinement(kernels, settings.k(), settings.quantile());
      case CONSENSUS -> new ConsensusRefinement(settings.propagation());
    };
  }
}
