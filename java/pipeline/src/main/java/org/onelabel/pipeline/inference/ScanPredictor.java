package org.onelabel.pipeline.inference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.pipeline.prediction.Demand;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.prediction.SecondOpinion;
import org.onelabel.pipeline.prediction.Segmentation;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Case;

/** Applies a model to one scan after another. For one use. */
final class ScanPredictor {
  private final Model model;
  private final SecondOpinion opinion;
  private final FurtherOutputs further;
  private final ScanFiles files;
  private final Progress progress;
  private final Map<String, Path> written = new LinkedHashMap<>();
  private final Map<String, Map<String, Double>> estimatedDice = new LinkedHashMap<>();
  private final List<InputException> failures = new ArrayList<>();

  /**
   * A predictor that has done nothing.
   *
   * @param further what is written of each scan besides its labels
   */
  ScanPredictor(Model model, SecondOpinion opinion, FurtherOutputs further, Progress progress) {
    this.model = model;
    this.opinion = opinion;
    this.further = further;
    this.progress = progress;
    files = new ScanFiles(further, model.structures(), model.channels());
  }

  /** Predicts every scan into its file; what ends it early tells what failed before. */
  Predictions predict(Map<Case, Path> outputs) {
    try (Progress.Task task = progress.begin("predictions", outputs.size())) {
      for (Map.Entry<Case, Path> output : outputs.entrySet()) {
        Case scan = output.getKey();
        Optional<Segmentation> segmentation = segmentation(scan, task);
        if (segmentation.isPresent()) {
          files.write(scan, output.getValue(), segmentation.get());
          written.put(scan.id(), output.getValue());
          estimatedDice.put(scan.id(), named(segmentation.get().evidence().dice()));
        }
        task.step(scan.id());
      }
    } catch (InputException e) {
      // A disk that refuses one result refuses others: no more work for nothing.
      failures.add(e);
    } catch (RuntimeException | Error e) {
      failures.forEach(e::addSuppressed);
      throw e;
    }
    try {
      files.finish();
    } catch (InputException e) {
      failures.add(e);
    }
    List<String> lines = failures.stream().map(InputException::getMessage).toList();
    return new Predictions(written, estimatedDice, lines, outputs.size());
  }

  /** By the structures' names, in their order. */
  private Map<String, Double> named(List<Double> dice) {
    Map<String, Double> named = new LinkedHashMap<>();
    for (int s = 0; s < dice.size(); s++) {
      named.put(model.structures().get(s), dice.get(s));
    }
    return named;
  }

  /** What the model makes of a scan; empty where it cannot be read. */
  private Optional<Segmentation> segmentation(Case scan, Progress.Task task) {
    try {
      Demand demand = model.demand(scan, further.arrays(model.channels()));
      progress.say(scan.id() + ": " + demand);
      demand.requireFits(scan.images().getFirst());
      return Optional.of(model.predict(scan, opinion, task));
    } catch (InputException e) {
      failures.add(e);
      return Optional.empty();
    }
  }
}
