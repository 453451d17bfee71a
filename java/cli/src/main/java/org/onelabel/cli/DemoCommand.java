package org.onelabel.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.demo.SyntheticCohort;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.run.Pipeline;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description = {
      "Makes a synthetic cohort of 16 volumes and runs the whole pipeline on it;",
      "some minutes on two cores."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      defaultValue = "runs/demo",
      paramLabel = "DIR",
      description = "Holds the cohort and the run. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Of the cohort and the run. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private DeviceOption device;

  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  @Override
  public Integer call() {
    Path folder;
    // Opened first: a device that is not there is said before anything is made.
    ComputeDevice networks = device.networks();
    try (Kernels kernels = device.openKernels()) {
      Path free = freeFolder(out);
      folder = free.resolve("run");
      Configuration configuration =
          Configuration.of(
              "quick",
              Map.of(
                  "seed", Long.toString(seed),
                  "training.iterations", "150",
                  "training.patchVoxels", "100000"));
      Path cohort = free.resolve("cohort");
      SyntheticCohort.write(cohort, seed);
      Dataset dataset = DatasetFolder.open(cohort, Optional.empty());
      Pipeline.begin(
              dataset,
              configuration,
              folder,
              new Devices(kernels, networks),
              ConsoleProgress.of(quiet))
          .run();
    }
    ResultTable.print(RunDirectory.open(folder), spec.commandLine().getOut());
    return 0;
  }

  /**
   * The folder itself, or its first numbered neighbour that does not exist: no demo is overwritten.
   */
  private static Path freeFolder(Path wanted) {
    for (int i = 1; i < 1000; i++) {
      Path folder = i == 1 ? wanted : wanted.resolveSibling(wanted.getFileName() + "-" + i);
      if (!java.nio.file.Files.exists(folder)) {
        return folder;
      }
    }
    throw new InputException(wanted, "and a thousand neighbours exist already");
  }
}
