package org.onelabel.pipeline.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.Pipeline;
import org.onelabel.pipeline.run.RunResult;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.DatasetFolder;

/** The whole pipeline on the drawn cohort; some minutes on two cores. */
public final class Demo {
  private static final int MOST_NEIGHBOURS = 1000;

  private Demo() {}

  /** Draws the cohort and runs. */
  public static RunResult run(DemoRequest request, Progress progress) {
    Path run;
    // Opened first: a device that is not there is said before anything is made.
    try (Devices devices = request.devices().open()) {
      Path folder = freeFolder(request.folder());
      run = folder.resolve("run");
      Configuration configuration =
          Configuration.of(
              "quick",
              Map.of(
                  "seed", Long.toString(request.seed()),
                  "training.iterations", "150",
                  "training.patchVoxels", "100000"));
      Path cohort = folder.resolve("cohort");
      SyntheticCohort.write(cohort, request.seed());
      Pipeline.begin(
              DatasetFolder.open(cohort, Optional.empty()), configuration, run, devices, progress)
          .run();
    }
    return RunResult.read(run);
  }

  /**
   * The folder itself, or its first numbered neighbour that does not exist: no demo is overwritten.
   */
  private static Path freeFolder(Path wanted) {
    for (int i = 1; i < MOST_NEIGHBOURS; i++) {
      Path folder = i == 1 ? wanted : wanted.resolveSibling(wanted.getFileName() + "-" + i);
      if (!Files.exists(folder)) {
        return folder;
      }
    }
    throw new InputException(wanted, "and a thousand neighbours exist already");
  }
}
