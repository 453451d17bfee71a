package org.onelabel.pipeline.run;

import java.nio.file.Path;
import java.util.Optional;
import org.onelabel.pipeline.directory.OutputPath;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.dataset.Naming;

/**
 * Runs as they are asked for: the dataset and the devices are opened, what is found is warned of.
 */
public final class Runs {
  private Runs() {}

  /** A new run, from its beginning to its end. */
  public static RunResult begin(RunRequest request, Progress progress) {
    Path folder = request.folder();
    Dataset dataset =
        dataset(request.data(), request.naming(), request.configuration().cohort().template());
    RunDirectory.requireFree(folder);
    OutputPath place = new OutputPath(folder);
    place.requireOutside(request.data(), "the dataset");
    place.requireOutsideRuns();
    try (Devices devices = request.devices().open()) {
      finish(
          Pipeline.begin(dataset, request.configuration(), folder, devices, progress),
          dataset,
          progress);
    }
    return RunResult.read(folder);
  }

  /** A run that was begun, to its end. */
  public static RunResult resume(ResumeRequest request, Progress progress) {
    Dataset dataset = dataset(request);
    try (Devices devices = request.devices().open()) {
      finish(Pipeline.resume(dataset, request.folder(), devices, progress), dataset, progress);
    }
    return RunResult.read(request.folder());
  }

  /** One stage of a run that was begun. */
  public static void stage(StageRequest request, Progress progress) {
    ResumeRequest run = request.run();
    Dataset dataset = dataset(run);
    dataset.warnings().lines().forEach(progress::warn);
    try (Devices devices = run.devices().open()) {
      Pipeline.resume(dataset, run.folder(), devices, progress).run(request.stage(), request.id());
    }
  }

  static void finish(Pipeline pipeline, Dataset dataset, Progress progress) {
    dataset.warnings().lines().forEach(progress::warn);
    pipeline.run();
  }

  /** The dataset of a run, with the labels that were corrected since it was begun. */
  static Dataset dataset(ResumeRequest request) {
    RunDirectory run = RunDirectory.open(request.folder());
    Dataset dataset =
        dataset(request.data(), request.naming(), run.configuration().cohort().template());
    return dataset.withCorrected(Corrections.kept(run, dataset));
  }

  /**
   * A dataset as it was given.
   *
   * @param template id of the template; empty where there is one labelled case
   */
  static Dataset dataset(Path data, Naming naming, String template) {
    return DatasetFolder.open(
        data, template.isEmpty() ? Optional.empty() : Optional.of(template), naming);
  }
}
