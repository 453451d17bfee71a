package org.onelabel.pipeline;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.Architecture;
import org.onelabel.networks.Safetensors;
import org.onelabel.networks.Scan;
import org.onelabel.networks.Specialist;
import org.onelabel.networks.Tensor;
import org.onelabel.networks.Training;
import org.onelabel.networks.TrainingSettings;
import org.onelabel.pipeline.Configuration.RefinementKind;
import org.onelabel.pipeline.Configuration.Supervision;
import org.onelabel.volumes.AtomicFile;
import org.onelabel.volumes.Case;
import org.onelabel.volumes.Dataset;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.NiftiFile;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.WorkingGrid;

/**
 * From one labelled template and a pool to a specialist and predictions: features, propagation,
 * rounds of training, prediction and refinement, evaluation, report. Every stage reads and writes
 * files of the run directory; a finished one is not done again.
 */
public final class Pipeline {
  private static final int WATCHED_POOL_SCANS = 4;

  private final Dataset dataset;
  private final Configuration configuration;
  private final RunDirectory run;
  private final Kernels kernels;
  private final Progress progress;

  private final List<String> structures;
  private WorkingScan template;
  private byte[] templateLabels;
  private List<WorkingScan> pool;
  private List<WorkingScan> validation;

  public Pipeline(Dataset dataset, RunDirectory run, Kernels kernels, Progress progress) {
    this.dataset = dataset;
    this.configuration = run.configuration();
    this.run = run;
    this.kernels = kernels;
    this.progress = progress;
    structures =
        configuration.mergeStructures() ? List.of("structure") : List.copyOf(dataset.structures());
  }

  /** Runs every stage that is not finished yet. */
  public void run() {
    readScans();
    Plan plan = plan();
    Json.write(run.file("run.json"), Provenance.of(dataset, kernels, plan));
    boolean propagated = configuration.training().supervision() == Supervision.TEMPLATE_AND_POOL;
    if (propagated || configuration.rounds() == 0) {
      stage("features", () -> encode(plan));
      stage("propagation", this::propagate);
    }
    for (int round = 1; round <= configuration.rounds(); round++) {
      int r = round;
      stage("round-" + r + "-training", () -> train(r, plan));
      stage("round-" + r + "-prediction", () -> predictPool(r, plan));
      if (propagated) {
        stage("round-" + r + "-refinement", () -> refine(r));
      }
    }
    if (configuration.rounds() > 0) {
      stage("predictions", () -> predictAll(plan));
    }
    stage("evaluation", this::evaluate);
    Json.write(run.file("timing.json"), run.seconds(stages()));
    stage("report", () -> new Report(dataset, run, structures, stages(), progress).write());
    Json.write(run.file("timing.json"), run.seconds(stages()));
  }

  /** Names of all stages in their order. */
  private List<String> stages() {
    List<String> names = new ArrayList<>(List.of("features", "propagation"));
    for (int r = 1; r <= configuration.rounds(); r++) {
      names.add("round-" + r + "-training");
      names.add("round-" + r + "-prediction");
      names.add("round-" + r + "-refinement");
    }
    names.addAll(List.of("predictions", "evaluation", "report"));
    return names;
  }

  private void stage(String name, Runnable body) {
    if (run.isDone(name)) {
      progress.say(name + ": done before");
      return;
    }
    long start = System.nanoTime();
    body.run();
    run.done(name, (System.nanoTime() - start) / 1e9);
  }

  private void readScans() {
    double[] spacing =
        configuration.spacing() > 0
            ? new double[] {
              configuration.spacing(), configuration.spacing(), configuration.spacing()
            }
            : WorkingGrid.canonicalSpacing(dataset.template().readGeometry());
    int steps = 1 + dataset.unlabelled().size() + dataset.validation().size();
    try (Progress.Task task = progress.begin("reading volumes", steps)) {
      template = read(dataset.template(), spacing, task);
      LabelMap label = template.truth(configuration.mergeStructures());
      if (label.highest() > structures.size()) {
        throw new InputException(
            dataset.template().label().orElseThrow(),
            "has class %d, but the dataset names %d structures"
                .formatted(label.highest(), structures.size()));
      }
      templateLabels = template.grid().forward(label).labels();
      long[] counts = new LabelMap(template.geometry(), templateLabels).counts(256);
      for (int c = 1; c <= structures.size(); c++) {
        if (counts[c] == 0) {
          throw new InputException(
              dataset.template().label().orElseThrow(),
              "has no voxel of class %d (%s)".formatted(c, structures.get(c - 1)));
        }
      }
      pool = readAll(dataset.unlabelled(), spacing, task);
      validation = readAll(dataset.validation(), spacing, task);
    }
  }

  private static List<WorkingScan> readAll(List<Case> cases, double[] spacing, Progress.Task task) {
    return cases.stream().map(c -> read(c, spacing, task)).toList();
  }

  private static WorkingScan read(Case source, double[] spacing, Progress.Task task) {
    WorkingScan scan = WorkingScan.read(source, spacing);
    task.step(source.id());
    return scan;
  }

  private int classes() {
    return structures.size() + 1;
  }

  /** What the data decides where the configuration leaves it open. */
  record Plan(double[] spacing, int[] patch, int stride, Architecture architecture) {}

  private Plan plan() {
    int[] shape = template.shape();
    int[] patch = configuration.training().patch().stream().mapToInt(Integer::intValue).toArray();
    if (patch[0] == 0) {
      patch = fittingPatch(shape, configuration.training().patchVoxels());
    }
    int stride = configuration.encoder().stride();
    for (int s = 1; stride == 0; s++) {
      long cells = 1;
      for (int side : shape) {
        cells *= (side + s - 1) / s;
      }
      stride = cells <= configuration.encoder().cells() ? s : 0;
    }
    return new Plan(
        WorkingGrid.canonicalSpacing(template.geometry()),
        patch,
        stride,
        new Architecture(dataset.channels(), classes(), configuration.network().width()));
  }

  /** Multiples of 16 close to the shape, the longest side cut first until the budget holds. */
  static int[] fittingPatch(int[] shape, int voxels) {
    int[] patch = Arrays.stream(shape).map(s -> Math.max(16, (s + 8) / 16 * 16)).toArray();
    while ((long) patch[0] * patch[1] * patch[2] > voxels) {
      int longest = 0;
      for (int a = 1; a < 3; a++) {
        longest = patch[a] > patch[longest] ? a : longest;
      }
      if (patch[longest] == 16) {
        break;
      }
      patch[longest] -= 16;
    }
    return patch;
  }

  private void encode(Plan plan) {
    Configuration.EncoderSettings settings = configuration.encoder();
    List<WorkingScan> scans = new ArrayList<>(List.of(template));
    scans.addAll(pool);
    try (Encoder encoder = Encoders.open(settings, plan.stride());
        Progress.Task task = progress.begin("features", scans.size())) {
      for (WorkingScan scan : scans) {
        FeatureGrid grid = encoder.encode(scan.volume());
        run.writeTensors(featureFile(scan), FeatureFile.of(grid));
        task.step(scan.id());
      }
    }
  }

  private java.nio.file.Path featureFile(WorkingScan scan) {
    return run.file("features", scan.id() + ".safetensors");
  }

  private FeatureGrid features(WorkingScan scan) {
    return FeatureFile.read(run.readTensors(featureFile(scan)));
  }

  private void propagate() {
    Configuration.PropagationSettings settings = configuration.propagation();
    Propagation propagation =
        switch (settings.kind()) {
          case PROTOTYPE -> new PrototypePropagation(kernels);
          case DENSE_KNN ->
              new DenseKnnPropagation(
                  kernels,
                  settings.k(),
                  settings.temperature(),
                  settings.smoothing(),
                  settings.alignments());
        };
    Propagation.Template from =
        new Propagation.Template(features(template), templateLabels, template.shape(), classes());
    try (Progress.Task task = progress.begin("propagation", pool.size())) {
      for (WorkingScan scan : pool) {
        PseudoLabel label = propagation.propagate(from, features(scan), scan.shape());
        run.writePseudoLabel(0, scan.id(), scan.geometry(), label);
        task.step(scan.id());
      }
    }
  }

  private void train(int round, Plan plan) {
    Configuration.RoundSettings settings = configuration.training();
    Scan trusted = template.scan(templateLabels, null);
    List<Scan> labelled = new ArrayList<>(List.of(trusted));
    List<Scan> unlabelled = new ArrayList<>();
    switch (settings.supervision()) {
      case TEMPLATE_ONLY -> {}
      case ALL_LABELS -> pool.forEach(scan -> labelled.add(scan.scan(truth(scan), null)));
      case TEMPLATE_AND_POOL -> pool.forEach(scan -> unlabelled.add(pseudo(scan, round - 1)));
    }
    List<Scan> watched = new ArrayList<>(List.of(trusted));
    watched.addAll(unlabelled.subList(0, Math.min(WATCHED_POOL_SCANS, unlabelled.size())));
    SpecialistRound specialist =
        new SpecialistRound(
            plan.architecture(),
            trainingSettings(plan, unlabelled.isEmpty()),
            recipe(plan).window(),
            new StructureWatch(watched, structures),
            validation.stream().map(scan -> scan.scan(truth(scan), null)).toList(),
            kernels);
    Map<String, Tensor> start =
        round > 1 && !settings.restart() ? readWeights(lastGood(round - 1)) : null;
    long seed = configuration.seed() * 100 + round;
    try (Progress.Task task =
        progress.begin("round " + round + ": training", settings.iterations())) {
      SpecialistRound.Outcome outcome =
          specialist.train(labelled, unlabelled, start, seed, settings.attempts(), task);
      write(round, plan, outcome);
    }
  }

  private byte[] truth(WorkingScan scan) {
    return scan.grid().forward(scan.truth(configuration.mergeStructures())).labels();
  }

  private Scan pseudo(WorkingScan scan, int round) {
    PseudoLabel label = run.readPseudoLabel(round, scan.id());
    Configuration.RoundSettings settings = configuration.training();
    if (!settings.confidence()) {
      return scan.scan(label.labels(), null);
    }
    float[] weight = new float[label.confidence().length];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) Math.pow(label.confidence()[i], settings.confidencePower());
    }
    return scan.scan(label.labels(), weight);
  }

  private TrainingSettings trainingSettings(Plan plan, boolean labelledAlone) {
    Configuration.RoundSettings s = configuration.training();
    // Without a pool the labelled scans fill the batch: the same work in every setting.
    int labelledBatch = s.labelledBatch() + (labelledAlone ? s.unlabelledBatch() : 0);
    return new TrainingSettings(
        plan.patch(),
        s.iterations(),
        labelledBatch,
        s.unlabelledBatch(),
        s.learningRate(),
        s.warmUp(),
        s.clip(),
        s.momentum(),
        s.weightDecay(),
        s.averageDecay(),
        s.consistency(),
        s.consistencyRamp(),
        s.augmentation(),
        s.examineEvery());
  }

  private Model.Recipe recipe(Plan plan) {
    return new Model.Recipe(
        plan.spacing(), plan.patch(), configuration.prediction().overlap(), structures);
  }

  /**
   * What a round left.
   *
   * @param good whether it has weights
   * @param validation mean Dice on the validation cases; null where there are none
   * @param lost the structures each failed attempt lost
   */
  record RoundSummary(boolean good, Double validation, List<List<String>> lost) {}

  private void write(int round, Plan plan, SpecialistRound.Outcome outcome) {
    boolean good = outcome.weights() != null;
    if (good) {
      Safetensors file = Specialist.file(plan.architecture(), outcome.weights());
      run.writeTensors(weightsFile(round), file);
    }
    StringBuilder history = new StringBuilder("iteration,loss,gradient_norm,validation_dice\n");
    for (Training.Progress step : outcome.history()) {
      String score = Double.isNaN(step.score()) ? "" : Double.toString(step.score());
      history.append(step.iteration() + "," + step.loss() + "," + step.gradientNorm() + ",");
      history.append(score).append('\n');
    }
    AtomicFile.write(run.file(RunDirectory.round(round), "training.csv"), history.toString());
    Double score = Double.isNaN(outcome.validation()) ? null : outcome.validation();
    Json.write(summaryFile(round), new RoundSummary(good, score, outcome.lost()));
    for (List<String> lost : outcome.lost()) {
      progress.say("round " + round + ": an attempt lost " + lost + " and was thrown away");
    }
    if (!good) {
      progress.say("round " + round + ": no attempt kept every structure; it counts for nothing");
    }
  }

  private java.nio.file.Path weightsFile(int round) {
    return run.file(RunDirectory.round(round), "weights.safetensors");
  }

  private java.nio.file.Path summaryFile(int round) {
    return run.file(RunDirectory.round(round), "round.json");
  }

  private RoundSummary summary(int round) {
    return Json.read(summaryFile(round), RoundSummary.class);
  }

  private Map<String, Tensor> readWeights(int round) {
    return round == 0 ? null : run.readTensors(weightsFile(round)).tensors();
  }

  /** The last round up to {@code round} that has weights, 0 where there is none. */
  private int lastGood(int round) {
    int r = round;
    while (r > 0 && !summary(r).good()) {
      r--;
    }
    return r;
  }

  /**
   * The round whose weights are the model: the best on validation cases, else the last good one.
   */
  private int finalRound() {
    int last = lastGood(configuration.rounds());
    if (last == 0) {
      throw new IllegalStateException(
          "every round lost a structure; lower training.learningRate or raise network.width");
    }
    int best = last;
    for (int r = last - 1; r > 0; r--) {
      RoundSummary summary = summary(r);
      if (summary.good()
          && summary.validation() != null
          && summary.validation() > summary(best).validation()) {
        best = r;
      }
    }
    return best;
  }

  private void predictPool(int round, Plan plan) {
    if (!summary(round).good()) {
      return;
    }
    try (Model model = Model.of(plan.architecture(), readWeights(round), recipe(plan), kernels);
        Progress.Task task = progress.begin("round " + round + ": prediction", pool.size())) {
      Map<String, Double> uncertainty = new TreeMap<>();
      for (WorkingScan scan : pool) {
        Prediction prediction = model.predict(scan);
        PseudoLabel label = prediction.label();
        run.write(round, "predicted", scan.id(), new LabelMap(scan.geometry(), label.labels()));
        run.write(round, "margin", scan.id(), new Volume(scan.geometry(), label.confidence()));
        run.write(
            round, "uncertainty", scan.id(), new Volume(scan.geometry(), prediction.entropy()));
        uncertainty.put(scan.id(), prediction.uncertainty());
        task.step(scan.id());
      }
      Json.write(run.file(RunDirectory.round(round), "uncertainty.json"), uncertainty);
    }
  }

  private void refine(int round) {
    if (!summary(round).good()) {
      // Its predictions are no result: the next round trains with what this one had.
      for (WorkingScan scan : pool) {
        PseudoLabel before = run.readPseudoLabel(round - 1, scan.id());
        run.writePseudoLabel(round, scan.id(), scan.geometry(), before);
      }
      return;
    }
    Configuration.RefinementSettings settings = configuration.refinement();
    Refinement refinement =
        settings.kind() == RefinementKind.NONE
            ? (volumes, _) -> volumes.stream().map(Refinement.Predicted::label).toList()
            : new VolumeRefinement(kernels, settings.k(), settings.quantile());
    @SuppressWarnings("unchecked")
    Map<String, Double> uncertainty =
        Json.read(run.file(RunDirectory.round(round), "uncertainty.json"), Map.class);
    List<Refinement.Predicted> volumes = new ArrayList<>();
    volumes.add(
        new Refinement.Predicted(
            new PseudoLabel(templateLabels, null),
            template.shape(),
            0,
            features(template).global(),
            true));
    for (WorkingScan scan : pool) {
      PseudoLabel predicted =
          new PseudoLabel(
              run.readLabels(round, "predicted", scan.id()).labels(),
              NiftiFile.readVolume(run.map(round, "margin", scan.id())).voxels());
      volumes.add(
          new Refinement.Predicted(
              predicted, scan.shape(), uncertainty.get(scan.id()), features(scan).global(), false));
    }
    List<PseudoLabel> refined = refinement.refine(volumes, classes());
    for (int i = 0; i < pool.size(); i++) {
      WorkingScan scan = pool.get(i);
      run.writePseudoLabel(round, scan.id(), scan.geometry(), refined.get(i + 1));
    }
  }

  private void predictAll(Plan plan) {
    Model.write(run.model(), plan.architecture(), readWeights(finalRound()), recipe(plan));
    List<Case> cases = new ArrayList<>(dataset.unlabelled());
    cases.addAll(dataset.validation());
    cases.addAll(dataset.test());
    try (Model model = Model.read(run.model(), kernels);
        Progress.Task task = progress.begin("predictions", cases.size())) {
      for (Case source : cases) {
        NiftiFile.write(run.prediction(source.id()), model.predict(source));
        task.step(source.id());
      }
    }
  }

  private void evaluate() {
    List<RunMetrics.Measured> measured = new ArrayList<>();
    int last = configuration.rounds();
    Map<String, List<Case>> sets = new LinkedHashMap<>();
    sets.put("pool", dataset.unlabelled());
    sets.put("validation", dataset.validation());
    sets.put("test", dataset.test());
    int steps = sets.values().stream().mapToInt(List::size).sum();
    try (Progress.Task task = progress.begin("evaluation", steps)) {
      for (WorkingScan scan : pool) {
        if (scan.source().label().isPresent()) {
          LabelMap truth = scan.truth(configuration.mergeStructures());
          for (int r = 0; r <= last; r++) {
            for (String kind : List.of("predicted", "pseudo-labels")) {
              if (Files.isRegularFile(run.map(r, kind, scan.id()))) {
                LabelMap labels = scan.grid().back(run.readLabels(r, kind, scan.id()));
                measured.add(
                    new RunMetrics.Measured(
                        "pool",
                        kind,
                        r,
                        scan.id(),
                        Metrics.dices(labels.labels(), truth.labels(), classes())));
              }
            }
          }
        }
        task.step(scan.id());
      }
      List<RunMetrics.CaseMetrics> cases = new ArrayList<>();
      sets.forEach(
          (set, members) -> {
            for (Case source : members) {
              if (source.label().isPresent() && Files.isRegularFile(run.prediction(source.id()))) {
                cases.add(evaluate(set, source));
              }
              if (!set.equals("pool")) {
                task.step(source.id());
              }
            }
          });
      List<RoundSummary> rounds = new ArrayList<>();
      for (int r = 1; r <= last; r++) {
        rounds.add(summary(r));
      }
      int used = last == 0 ? 0 : finalRound();
      Json.write(
          run.file("metrics.json"), RunMetrics.of(structures, used, rounds, measured, cases));
    }
  }

  private RunMetrics.CaseMetrics evaluate(String set, Case source) {
    LabelMap prediction = NiftiFile.readLabels(run.prediction(source.id()));
    LabelMap truth =
        WorkingScan.truth(source, prediction.geometry(), configuration.mergeStructures());
    return RunMetrics.CaseMetrics.of(set, source.id(), prediction, truth, structures.size());
  }
}
