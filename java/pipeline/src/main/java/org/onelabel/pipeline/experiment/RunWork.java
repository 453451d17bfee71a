package org.onelabel.pipeline.experiment;

import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.experiment.ExperimentFolder.Entry;
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.Work;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.dataset.Naming;

/**
 * One run of an experiment. Another process has read and checked the dataset.
 *
 * @param data folder of the dataset
 * @param folder of the experiment
 * @param system of the run, by its name in the grid
 */
record RunWork(File data, Naming naming, File folder, Grid grid, String system, long seed)
    implements Work<String> {

  static RunWork of(Dataset dataset, ExperimentFolder folder, Entry entry) {
    return new RunWork(
        dataset.folder().toFile(),
        dataset.naming(),
        folder.root().toAbsolutePath().toFile(),
        folder.grid(),
        entry.member().name(),
        entry.seed());
  }

  /** Tells the run's name. */
  @Override
  public String run(Devices devices, Progress progress) {
    Path root = folder.toPath();
    ExperimentFolder experiment = new ExperimentFolder(root, grid);
    Entry entry =
        experiment.entries().stream()
            .filter(e -> e.seed() == seed && e.member().name().equals(system))
            .findFirst()
            .orElseThrow();
    Dataset dataset =
        DatasetFolder.open(
            data.toPath(), Optional.ofNullable(grid.settings().get("template")), naming);
    InputFiles files = InputFiles.of(dataset, progress);
    Configuration own = experiment.configuration(entry);
    Cohort cohort = Cohort.ofChecked(dataset, own.cohort(), own.registration(), files);
    new ExperimentRunner(experiment, dataset, files, devices, progress).run(entry, cohort);
    return entry.name();
  }
}
