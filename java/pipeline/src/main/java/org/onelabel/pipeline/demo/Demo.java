package org.onelabel.pipeline.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.OutputPath;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.Pipeline;
import org.onelabel.pipeline.run.RunResult;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.file.FileName;

/** The whole pipeline on the drawn cohort; some minutes on two cores. */
public final class Demo {
  private static final int MOST_NEIGHBOURS = 1000;

  private Demo() {}

  /** Draws the cohort and runs. */
  public static RunResult run(DemoRequest request, Progress progress) {
    requireOwnPlace(request.folder());
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

  /** Refuses a place without a name for its neighbours, or among files that are somebody's. */
  private static void requireOwnPlace(Path wanted) {
    if (FileName.of(wanted.toAbsolutePath().normalize()).isEmpty()) {
      throw new InputException(wanted, "is no place for a demo: name a folder");
    }
    OutputPath place = new OutputPath(wanted);
    place.requireOutsideRuns();
    place.requireOutsideDatasets();
  }

  /**
   * The folder itself, or its first numbered neighbour that does not exist: no demo is overwritten.
   */
  private static Path freeFolder(Path wanted) {
    // "." and ".." have names, too.
    String last = FileName.of(wanted);
    Path named = last.matches("|\\.\\.?") ? wanted.toAbsolutePath().normalize() : wanted;
    for (int i = 1; i < MOST_NEIGHBOURS; i++) {
      Path folder = i == 1 ? wanted : named.resolveSibling(named.getFileName() + "-" + i);
      if (!Files.exists(folder)) {
        return folder;
      }
    }
    throw new InputException(wanted, "and a thousand neighbours exist already");
  }
}
