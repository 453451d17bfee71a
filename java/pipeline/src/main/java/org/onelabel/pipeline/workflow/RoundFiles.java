package org.onelabel.pipeline.workflow;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.directory.FileKind;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.pipeline.prediction.ComponentFilter;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.quality.ScanEvidence;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.training.RoundSelection;
import org.onelabel.pipeline.training.RoundSummary;
import org.onelabel.volumes.format.VolumeFormats;

/** What the rounds of a run left. */
final class RoundFiles {
  private final StageContext context;

  RoundFiles(StageContext context) {
    this.context = context;
  }

  private RunDirectory run() {
    return context.run();
  }

  Path weightsFile(int round) {
    return run().round(round, "weights.safetensors");
  }

  Path studentFile(int round) {
    return run().round(round, "student.safetensors");
  }

  Path summaryFile(int round) {
    return run().round(round, "round.json");
  }

  Path filterFile(int round) {
    return run().round(round, "components.json");
  }

  Path historyFile(int round) {
    return run().round(round, "training.csv");
  }

  /** The state of a training that is not at its end. */
  Path stateFile(int round) {
    return run().round(round, "checkpoint.safetensors");
  }

  RoundSummary summary(int round) {
    return Json.read(summaryFile(round), RoundSummary.class);
  }

  /** What every round left, that of the propagation too. */
  List<RoundSummary> summaries() {
    int first = context.configuration().propagates() ? 0 : 1;
    return IntStream.rangeClosed(first, context.configuration().rounds())
        .mapToObj(this::summary)
        .toList();
  }

  /**
   * The mean Dice that the labels of each round's network probably have on scans of the pool that
   * have no trusted label; of none where there are none.
   */
  Map<Integer, Double> estimates() {
    Set<String> trusted = Set.copyOf(context.cohort().trustedIds());
    Map<Integer, Double> estimates = new TreeMap<>();
    for (int r = 1; r <= context.configuration().rounds(); r++) {
      int round = r;
      double mean =
          Spread.of(
                  context.cohort().poolIds().stream()
                      .filter(id -> !trusted.contains(id))
                      .map(id -> Json.read(run().evidence(round, id), ScanEvidence.class))
                      .map(evidence -> Spread.of(evidence.dice()).mean())
                      .toList())
              .mean();
      if (!Double.isNaN(mean)) {
        estimates.put(round, mean);
      }
    }
    return estimates;
  }

  /** The round whose labels are the run's: 0 where they are the propagation's. */
  int modelRound() {
    return Json.read(run().selection(), RoundSelection.class).round();
  }

  /**
   * The last round up to {@code round} whose specialist kept every structure, 0 where there is
   * none: another one would hand on what it has lost.
   */
  int lastWhole(int round) {
    int r = round;
    while (r > 0 && !summary(r).lost().isEmpty()) {
      r--;
    }
    return r;
  }

  Map<String, Tensor> weights(int round) {
    return run().readTensors(weightsFile(round)).tensors();
  }

  /** The network of a round in one of its weights files. Its owner closes it. */
  Model model(int round, Path weights) {
    return Model.of(
        context.plan().architecture(),
        run().readTensors(weights).tensors(),
        recipe(round),
        context.kernels(),
        context.device());
  }

  /** How the model of a round prepares and tiles scans. */
  Model.Recipe recipe(int round) {
    ComponentFilter filter = Json.read(filterFile(round), ComponentFilter.class);
    return context.plan().recipe(context.cohort(), context.configuration(), filter);
  }

  /** What the propagation says of a scan of the pool, if there is one. */
  Optional<PseudoLabel> propagated(String id) {
    return context.configuration().propagates()
        ? Optional.of(run().readPseudoLabel(0, id))
        : Optional.empty();
  }

  /**
   * What the run says of a scan of the pool if a round is chosen. The name says what the
   * propagation counts in it: with another weight it is another file.
   */
  Path result(int round, String id) {
    return run().result(round, context.configuration().prediction().propagation(), id);
  }

  /** The results that a round left. */
  Set<Path> results(int round) {
    Set<String> written = run().manifests().written(List.of(Kind.PREDICTION.in(round)));
    return context.cohort().poolIds().stream()
        .map(id -> result(round, id))
        .filter(file -> written.contains(run().name(file)))
        .collect(Collectors.toSet());
  }

  /** What a round's network says of a scan of the pool. */
  PseudoLabel predicted(int round, String id) {
    return new PseudoLabel(
        run().readLabels(round, FileKind.PREDICTED, id).labels(),
        VolumeFormats.NIFTI.readVolume(run().map(round, FileKind.MARGIN, id)).voxels());
  }
}
