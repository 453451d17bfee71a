package org.onelabel.pipeline.experiment;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.onelabel.pipeline.directory.OutputPath;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;

/**
 * What the systems of an experiment reached. Immutable.
 *
 * @param lines the table as text
 * @param report the page for people; CSV and LaTeX lie beside it
 */
public record ExperimentResult(List<String> lines, Path report) {

  public ExperimentResult {
    lines = List.copyOf(lines);
  }

  /** Does every run that is not done and that no other process works on. */
  public static ExperimentResult of(ExperimentRequest request, Progress progress) {
    Optional<String> template = Optional.ofNullable(request.grid().settings().get("template"));
    Dataset dataset = DatasetFolder.open(request.data(), template, request.naming());
    new OutputPath(request.folder()).requireOutside(request.data(), "the dataset");
    dataset.warnings().lines().forEach(progress::warn);
    try (Devices devices = request.devices().open()) {
      Experiment experiment = Experiment.open(request.folder(), request.grid());
      return new ExperimentResult(experiment.run(dataset, devices, progress), experiment.report());
    }
  }
}
