package org.onelabel.pipeline.inference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.onelabel.pipeline.prediction.Demand;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.prediction.SecondOpinion;
import org.onelabel.pipeline.prediction.Segmentation;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Case;

/** Applies a model to one scan after another. */
final class ScanPredictor {
  private final Model model;
  private final SecondOpinion opinion;
  private final FurtherOutputs further;
  private final ScanFiles files;
  private final Progress progress;

  /**
   * A predictor.
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

  /**
   * Predicts every scan into its file. After a file that cannot be written no scan is begun; what
   * ends it otherwise tells what failed before.
   */
  List<ScanResult> predict(Map<Case, Path> outputs, Progress.Task task) {
    List<ScanResult> results = new ArrayList<>();
    try {
      for (Map.Entry<Case, Path> output : outputs.entrySet()) {
        Case scan = output.getKey();
        try {
          results.add(result(scan, output.getValue(), task));
        } catch (InputException e) {
          // A disk that refuses one result refuses others: no more work for nothing.
          results.add(ScanResult.failed(scan.id(), e.getMessage()));
          return results;
        }
        task.step(scan.id());
      }
    } catch (RuntimeException | Error e) {
      results.stream()
          .filter(result -> !result.isWritten())
          .forEach(result -> e.addSuppressed(new InputException(result.failure())));
      throw e;
    }
    return results;
  }

  /** Predicts a scan, unless it cannot be read. */
  private ScanResult result(Case scan, Path output, Progress.Task task) {
    Segmentation made;
    try {
      Demand demand = model.demand(scan, further.arrays(model.channels()));
      progress.say(scan.id() + ": " + demand);
      demand.requireFits(scan.images().getFirst());
      made = model.predict(scan, opinion, task);
    } catch (InputException e) {
      return ScanResult.failed(scan.id(), e.getMessage());
    }
    String lines = files.write(scan, output, made);
    return new ScanResult(scan.id(), made.evidence().dice(), lines, "");
  }
}
