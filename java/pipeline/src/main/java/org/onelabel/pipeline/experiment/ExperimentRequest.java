package org.onelabel.pipeline.experiment;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Naming;

/**
 * Several systems to compare on one dataset. Immutable.
 *
 * @param data folder of the dataset
 * @param naming how its image files are called
 * @param folder of the experiment, new or of the same grid, outside the dataset
 * @param grid what is compared
 * @param devices where to compute
 */
public record ExperimentRequest(
    Path data, Naming naming, Path folder, Grid grid, DeviceSettings devices) {
  /** Settings that differ between the runs of an experiment, and what says them. */
  private static final Map<String, String> OF_THE_GRID =
      Map.of("seed", "--seeds", "encoder.kind", "--encoders", "refinement.kind", "--refinements");

  public ExperimentRequest {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(naming, "naming");
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(grid, "grid");
    Objects.requireNonNull(devices, "devices");
    Map<String, String> settings = grid.settings();
    OF_THE_GRID.forEach(
        (setting, option) -> {
          if (settings.containsKey(setting)) {
            throw new InputException(
                "--set %s: an experiment is told so by %s".formatted(setting, option));
          }
        });
  }

  /** An experiment on files that say how they are called, on devices that are chosen. */
  public static ExperimentRequest of(Path data, Path folder, Grid grid) {
    return new ExperimentRequest(data, Naming.AUTO, folder, grid, DeviceSettings.AUTO);
  }

  /** The same of image files that are called so. */
  public ExperimentRequest withNaming(Naming naming) {
    return new ExperimentRequest(data, naming, folder, grid, devices);
  }

  /** The same computed there. */
  public ExperimentRequest withDevices(DeviceSettings devices) {
    return new ExperimentRequest(data, naming, folder, grid, devices);
  }
}
