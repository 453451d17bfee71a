package org.onelabel.pipeline.run;

import java.nio.file.Path;
import java.util.Objects;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Naming;

/**
 * A new run. Immutable.
 *
 * @param data folder of the dataset
 * @param naming how its image files are called
 * @param configuration all settings
 * @param folder of the run, empty or absent, outside the dataset and other runs
 * @param devices where it computes
 */
public record RunRequest(
    Path data, Naming naming, Configuration configuration, Path folder, DeviceSettings devices) {

  public RunRequest {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(naming, "naming");
    Objects.requireNonNull(configuration, "configuration");
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(devices, "devices");
  }

  /** A run in {@code folder}; its files say how they are called, and devices are chosen. */
  public static RunRequest of(Path data, Configuration configuration, Path folder) {
    return new RunRequest(data, Naming.AUTO, configuration, folder, DeviceSettings.AUTO);
  }

  /** The same in {@code runs/DATASET-SYSTEM-SEED}, the system being the preset or the baseline. */
  public static RunRequest of(Path data, Configuration configuration) {
    return of(data, configuration, usualFolder(data, configuration));
  }

  private static Path usualFolder(Path data, Configuration configuration) {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(configuration, "configuration");
    Path name = data.toAbsolutePath().normalize().getFileName();
    if (name == null) {
      throw new InputException(data, "has no name that a run could have: say --out RUN");
    }
    String system =
        configuration.baseline().isEmpty() ? configuration.preset() : configuration.baseline();
    return Path.of("runs", name + "-" + system + "-" + configuration.seed());
  }

  /** The same of image files that are called so. */
  public RunRequest withNaming(Naming naming) {
    return new RunRequest(data, naming, configuration, folder, devices);
  }

  /** The same computed there. */
  public RunRequest withDevices(DeviceSettings devices) {
    return new RunRequest(data, naming, configuration, folder, devices);
  }
}
