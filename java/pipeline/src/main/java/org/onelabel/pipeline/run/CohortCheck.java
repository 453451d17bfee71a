package org.onelabel.pipeline.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.Workers;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;

/**
 * Cohorts of which every scan was read and checked, as {@link Cohort#read} says: by workers where
 * there are some, else in this process.
 */
public final class CohortCheck {
  private CohortCheck() {}

  /** A cohort as a configuration wants it. */
  public static Cohort read(
      Dataset dataset, Configuration configuration, Devices devices, Progress progress) {
    InputFiles files =
        devices.runners().workers().isEmpty()
            ? InputFiles.of(dataset, progress)
            : InputFiles.unseen();
    return read(dataset, configuration, files, devices, progress);
  }

  /** The same of files of which some may have been looked at before. */
  public static Cohort read(
      Dataset dataset,
      Configuration configuration,
      InputFiles files,
      Devices devices,
      Progress progress) {
    return devices
        .runners()
        .workers()
        .map(workers -> readBy(workers, dataset, configuration, files, progress))
        .orElseGet(
            () ->
                Cohort.read(
                    dataset,
                    configuration.cohort(),
                    configuration.registration(),
                    files,
                    progress));
  }

  private static Cohort readBy(
      Workers workers,
      Dataset dataset,
      Configuration configuration,
      InputFiles files,
      Progress progress) {
    dataset.template().files().forEach(files::hash);
    dataset.trusted().forEach(source -> source.label().ifPresent(files::hash));
    Cohort cohort =
        Cohort.ofChecked(dataset, configuration.cohort(), configuration.registration(), files);
    Map<String, Case> left = new LinkedHashMap<>();
    dataset.all().forEach(source -> left.put(source.id(), source));
    left.remove(dataset.template().id());
    List<String> ids = List.copyOf(left.keySet());
    List<CheckWork> pieces =
        workers.parts(ids).stream()
            .map(
                part ->
                    new CheckWork(
                        dataset.folder().toFile(),
                        dataset.naming(),
                        configuration.cohort(),
                        configuration.registration(),
                        part))
            .toList();
    try (Progress.Task task = progress.begin("reading volumes", ids.size())) {
      workers.run(
          pieces,
          done -> {
            for (CheckedCase checked : done) {
              files.add(left.remove(checked.id()), checked.files());
              task.step(checked.id());
            }
          });
    }
    left.values().stream()
        .findFirst()
        .ifPresent(
            source -> {
              throw new InputException(
                  source.images().getFirst(),
                  "was read by nobody: do all machines see the same files?");
            });
    cohort.requireTrustedLabels();
    return cohort;
  }
}
