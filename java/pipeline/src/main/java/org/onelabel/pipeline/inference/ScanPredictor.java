package org.onelabel.pipeline.inference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.prediction.SecondOpinion;
import org.onelabel.pipeline.prediction.Segmentation;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.format.VolumeFormats;

/** Applies a model to one scan after another. For one use. */
final class ScanPredictor {
  private final Model model;
  private final SecondOpinion opinion;
  private final Progress progress;
  private final Map<String, Path> written = new LinkedHashMap<>();
  private final Map<String, Map<String, Double>> estimatedDice = new LinkedHashMap<>();
  private final List<InputException> failures = new ArrayList<>();

  ScanPredictor(Model model, SecondOpinion opinion, Progress progress) {
    this.model = model;
    this.opinion = opinion;
    this.progress = progress;
  }

  /** Predicts every scan into its file; what ends it early tells what failed before. */
  Predictions predict(Map<Case, Path> outputs) {
    try (Progress.Task task = progress.begin("predictions", outputs.size())) {
      for (Map.Entry<Case, Path> output : outputs.entrySet()) {
        Case scan = output.getKey();
        Optional<Segmentation> segmentation = segmentation(scan, task);
        if (segmentation.isPresent()) {
          VolumeFormats.write(output.getValue(), segmentation.get().labels());
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
      progress.say(scan.id() + ": " + model.demand(scan));
      return Optional.of(model.predict(scan, opinion, task));
    } catch (InputException e) {
      failures.add(e);
      return Optional.empty();
    }
  }
}
