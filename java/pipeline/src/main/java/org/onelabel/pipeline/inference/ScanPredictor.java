package org.onelabel.pipeline.inference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.format.VolumeFormats;

/** Applies a model to one scan after another. For one use. */
final class ScanPredictor {
  private final Model model;
  private final Progress progress;
  private final Map<String, Path> written = new LinkedHashMap<>();
  private final List<InputException> failures = new ArrayList<>();

  ScanPredictor(Model model, Progress progress) {
    this.model = model;
    this.progress = progress;
  }

  /** Predicts every scan into its file; what ends it early tells what failed before. */
  Predictions predict(Map<Case, Path> outputs) {
    try (Progress.Task task = progress.begin("predictions", outputs.size())) {
      for (Map.Entry<Case, Path> output : outputs.entrySet()) {
        Case scan = output.getKey();
        Optional<LabelMap> labels = labels(scan, task);
        if (labels.isPresent()) {
          VolumeFormats.NIFTI.write(output.getValue(), labels.get());
          written.put(scan.id(), output.getValue());
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
    return new Predictions(written, lines, outputs.size());
  }

  /** The labels of a scan; empty where it cannot be read. */
  private Optional<LabelMap> labels(Case scan, Progress.Task task) {
    try {
      progress.say(scan.id() + ": " + model.demand(scan));
      return Optional.of(model.predict(scan, task));
    } catch (InputException e) {
      failures.add(e);
      return Optional.empty();
    }
  }
}
