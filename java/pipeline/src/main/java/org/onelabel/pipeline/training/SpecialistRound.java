package org.onelabel.pipeline.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.training.Checkpoints;
import org.onelabel.networks.training.Training;
import org.onelabel.networks.training.TrainingSettings;
import org.onelabel.networks.training.Validation;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.metrics.Metrics;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.pipeline.prediction.ComponentFilter;
import org.onelabel.pipeline.prediction.Prediction;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.grid.Extent;

/**
 * Trains the specialist of one round and keeps the best teacher: of those that lost the fewest
 * structures the one with the highest mean Dice, on the validation cases where there are some, else
 * on the watched scans, whose labels are known or pseudo-labels.
 */
public final class SpecialistRound {
  private final Architecture architecture;
  private final TrainingSettings settings;
  private final SlidingWindow window;
  private final ComponentFilter filter;
  private final CollapseDetector detector;
  private final List<Scan> validation;
  private final Kernels kernels;

  public SpecialistRound(
      Architecture architecture,
      TrainingSettings settings,
      SlidingWindow window,
      ComponentFilter filter,
      CollapseDetector detector,
      List<Scan> validation,
      Kernels kernels) {
    this.architecture = architecture;
    this.settings = settings;
    this.window = window;
    this.filter = filter;
    this.detector = detector;
    this.validation = validation;
    this.kernels = kernels;
  }

  /** Trains. */
  public Training.Result train(
      List<Scan> labelled,
      List<Scan> unlabelled,
      Optional<Map<String, Tensor>> start,
      long seed,
      ComputeDevice device,
      Checkpoints checkpoints,
      Progress.Task progress) {
    return new Training(architecture, settings, seed, device)
        .run(
            labelled,
            unlabelled,
            start,
            (_, teacher) -> validate(teacher),
            step -> {
              if (step.iteration() > settings.length().iterations()
                  && (step.iteration() - 1) % settings.length().iterations() == 0) {
                progress.extend(settings.length().iterations());
              }
              progress.step("loss %.3f".formatted(step.loss()));
            },
            checkpoints);
  }

  /** Mean Dice of the teacher with {@code weights} on a scan that it learnt from. */
  public double dice(Map<String, Tensor> weights, Scan scan, ComputeDevice device) {
    try (Specialist teacher = Specialist.of(architecture, weights, device)) {
      return dice(predictions(teacher, List.of(scan)), List.of(scan));
    }
  }

  private Validation validate(Specialist teacher) {
    List<byte[]> seen = predictions(teacher, detector.scans());
    List<Integer> lost = detector.collapsed(seen);
    return validation.isEmpty()
        ? new Validation(dice(seen, detector.scans()), lost)
        : new Validation(dice(predictions(teacher, validation), validation), lost);
  }

  private List<byte[]> predictions(Specialist teacher, List<Scan> scans) {
    return scans.stream()
        .map(
            scan ->
                Prediction.of(
                    teacher.predict(scan, window),
                    Extent.of(scan.shape()),
                    filter,
                    Optional.empty(),
                    kernels))
        .map(prediction -> prediction.label().labels())
        .toList();
  }

  /** Mean over scans of the mean over structures; NaN where nothing has a value. */
  private double dice(List<byte[]> predictions, List<Scan> scans) {
    List<Double> dices = new ArrayList<>();
    for (int i = 0; i < scans.size(); i++) {
      dices.add(Metrics.meanDice(predictions.get(i), scans.get(i).label(), architecture.classes()));
    }
    return Spread.of(dices).mean();
  }
}
