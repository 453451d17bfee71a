package org.onelabel.pipeline.demo;

import java.util.Map;
import java.util.Optional;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.Pipeline;
import org.onelabel.pipeline.run.RunResult;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.volumes.dataset.DatasetFolder;

/** The whole pipeline on the drawn cohort; some minutes on two cores. */
public final class Demo {
  private Demo() {}

  /** Draws the cohort and runs. */
  public static RunResult run(DemoRequest request, Progress progress) {
    DemoRequest demo = request.inFreeFolder();
    // Opened first: a device that is not there is said before anything is made.
    try (Devices devices = request.devices().open()) {
      Configuration configuration =
          Configuration.of(
              "quick",
              Map.of(
                  "seed", Long.toString(request.seed()),
                  "training.iterations", "150",
                  "training.patchVoxels", "100000"));
      SyntheticCohort.write(demo.cohort(), request.seed());
      Pipeline.begin(
              DatasetFolder.open(demo.cohort(), Optional.empty()),
              configuration,
              demo.run(),
              devices,
              progress)
          .run();
    }
    return RunResult.read(demo.run());
  }
}
