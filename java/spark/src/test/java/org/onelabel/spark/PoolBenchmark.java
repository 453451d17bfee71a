package org.onelabel.spark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.demo.SyntheticCohort;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.CohortCheck;
import org.onelabel.pipeline.run.DistributedRunners;
import org.onelabel.pipeline.run.Pipeline;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.spark.work.SparkWorkers;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.dataset.Naming;

/**
 * Seconds of a pool through features and propagation, and the memory of the driver: {@code write
 * COHORT VOLUMES}, then {@code run COHORT FOLDER}.
 */
public final class PoolBenchmark {
  private static final Map<String, String> SETTINGS =
      Map.of("registration.find", "false", "encoder.kind", "descriptors", "rounds", "1");

  private PoolBenchmark() {}

  /** The entry point. */
  public static void main(String[] arguments) throws IOException {
    Locale.setDefault(Locale.ROOT);
    Path data = Path.of(arguments[1]);
    if (arguments[0].equals("write")) {
      SyntheticCohort.write(data, 1, Integer.parseInt(arguments[2]));
      return;
    }
    SparkWorkers workers = new SparkWorkers(DeviceSettings.CPU);
    DeviceSettings settings = DeviceSettings.CPU.withRunners(new DistributedRunners(workers));
    System.out.printf("tasks at once, at least 2: %d%n", workers.count());
    long start = System.nanoTime();
    RunDirectory run =
        RunDirectory.create(Path.of(arguments[2]), Configuration.of("quick", SETTINGS));
    Configuration configuration = run.configuration();
    try (Devices devices = settings.open()) {
      Cohort cohort =
          CohortCheck.read(
              DatasetFolder.open(data, Optional.empty(), Naming.AUTO),
              configuration,
              devices,
              Progress.SILENT);
      tell("volumes read and checked", start);
      Pipeline pipeline = new Pipeline(cohort, run, devices, Progress.SILENT);
      for (String stage : new String[] {"features", "propagation"}) {
        start = System.nanoTime();
        pipeline.run(stage, Optional.empty());
        tell(stage, start);
      }
    }
    System.exit(0);
  }

  private static void tell(String what, long start) throws IOException {
    double seconds = (System.nanoTime() - start) / 1e9;
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    String peak =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmHWM"))
            .findFirst()
            .orElse("");
    System.out.printf(
        "%s: %.1f s, heap %d MiB, %s%n", what, seconds, heap >> 20, peak.replaceAll("\\s+", " "));
  }
}
