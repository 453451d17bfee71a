package org.onelabel.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.Architecture;
import org.onelabel.networks.Checkpoints;
import org.onelabel.networks.NetworkKind;
import org.onelabel.networks.Scan;
import org.onelabel.networks.SlidingWindow;
import org.onelabel.networks.Specialist;
import org.onelabel.networks.Tensor;
import org.onelabel.networks.Training;
import org.onelabel.networks.TrainingSettings;

/**
 * Trains the specialist of one round. A training in which a structure vanishes is stopped and begun
 * anew with another initialisation and half the learning rate; when no attempt keeps all
 * structures, the round has no result.
 */
final class SpecialistRound {
  private final Architecture architecture;
  private final TrainingSettings settings;
  private final SlidingWindow window;
  private final StructureWatch watch;
  private final List<Scan> validation;
  private final Kernels kernels;

  SpecialistRound(
      Architecture architecture,
      TrainingSettings settings,
      SlidingWindow window,
      StructureWatch watch,
      List<Scan> validation,
      Kernels kernels) {
    this.architecture = architecture;
    this.settings = settings;
    this.window = window;
    this.watch = watch;
    this.validation = validation;
    this.kernels = kernels;
  }

  /**
   * What came of a round.
   *
   * @param weights null where every attempt lost a structure
   * @param student weights of the student
   * @param validation mean Dice of the weights, NaN without validation cases
   * @param lost what each failed attempt lost
   */
  record Outcome(
      Map<String, Tensor> weights,
      Map<String, Tensor> student,
      double validation,
      List<List<String>> lost,
      List<Training.Progress> history) {}

  Outcome train(
      List<Scan> labelled,
      List<Scan> unlabelled,
      Map<String, Tensor> start,
      long seed,
      int attempts,
      Checkpoints checkpoints,
      Progress.Task progress) {
    List<List<String>> lost = new ArrayList<>();
    List<Training.Progress> history = List.of();
    for (int attempt = 0; attempt < attempts; attempt++) {
      TrainingSettings tried =
          settings.withLearningRate(settings.learningRate() * Math.pow(0.5, attempt));
      List<String> missing = new ArrayList<>();
      Training.Result result =
          new Training(architecture, tried, seed + 1000L * attempt)
              .run(
                  labelled,
                  unlabelled,
                  attempt == 0 || startsFromCheckpoint() ? start : null,
                  (iteration, teacher) -> examine(iteration, teacher, missing),
                  step -> progress.step("loss %.3f".formatted(step.loss())),
                  checkpoints);
      history = result.history();
      if (!result.abandoned()) {
        return new Outcome(result.weights(), result.student(), result.score(), lost, history);
      }
      lost.add(List.copyOf(missing));
    }
    return new Outcome(null, null, Double.NaN, lost, history);
  }

  /** Whether there is no fresh initialisation. */
  private boolean startsFromCheckpoint() {
    return architecture.network() == NetworkKind.SAM_MED3D;
  }

  private Training.Verdict examine(int iteration, Specialist teacher, List<String> missing) {
    // Early on an untrained network may well see nothing yet.
    if (iteration >= settings.iterations() / 2) {
      List<byte[]> predictions =
          watch.scans().stream().map(scan -> predict(teacher, scan).label().labels()).toList();
      missing.addAll(watch.vanished(predictions));
    }
    double dice =
        validation.stream()
            .flatMap(
                scan ->
                    Metrics.dices(
                        predict(teacher, scan).label().labels(),
                        scan.label(),
                        architecture.classes())
                        .stream())
            .mapToDouble(Double::doubleValue)
            .filter(value -> !Double.isNaN(value))
            .average()
            .orElse(Double.NaN);
    return new Training.Verdict(dice, !missing.isEmpty());
  }

  private Prediction predict(Specialist specialist, Scan scan) {
    return Prediction.of(specialist.predict(scan, window), scan.shape(), kernels);
  }
}
