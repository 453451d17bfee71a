package org.onelabel.pipeline.stage;

import java.util.List;
import java.util.Optional;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.pipeline.progress.Progress;

/** Makes the runner of each run: where its stages are done. */
@FunctionalInterface
public interface StageRunners {
  /** In this process. */
  StageRunners LOCAL = LocalRunner::new;

  /**
   * The runner of a run.
   *
   * @param files of the dataset and of the settings
   * @param siblings runs that may have done the same
   */
  StageRunner of(
      RunDirectory run, InputFiles files, List<RunDirectory> siblings, Progress progress);

  /** Who does work that is no stage: scans to predict, runs of an experiment. Empty for nobody. */
  default Optional<Workers> workers() {
    return Optional.empty();
  }
}
