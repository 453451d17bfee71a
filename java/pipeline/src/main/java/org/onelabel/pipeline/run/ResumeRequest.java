package org.onelabel.pipeline.run;

import java.nio.file.Path;
import java.util.Objects;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Naming;

/**
 * A run that was begun; it has its settings. Immutable.
 *
 * @param data folder of the dataset that it was begun with
 * @param naming how its image files are called
 * @param folder of the run
 * @param devices where it computes from now on
 */
public record ResumeRequest(Path data, Naming naming, Path folder, DeviceSettings devices) {

  public ResumeRequest {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(naming, "naming");
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(devices, "devices");
  }

  /** The run in {@code folder}; its files say how they are called, and devices are chosen. */
  public static ResumeRequest of(Path data, Path folder) {
    return new ResumeRequest(data, Naming.AUTO, folder, DeviceSettings.AUTO);
  }

  /**
   * The run in {@code folder} with the dataset that it was worked with last.
   *
   * @throws InputException if the run does not say where that was
   */
  public static ResumeRequest of(Path folder) {
    return of(RunDirectory.open(folder).notes().dataset(), folder);
  }

  /** The same of image files that are called so. */
  public ResumeRequest withNaming(Naming naming) {
    return new ResumeRequest(data, naming, folder, devices);
  }

  /** The same computed there. */
  public ResumeRequest withDevices(DeviceSettings devices) {
    return new ResumeRequest(data, naming, folder, devices);
  }

  /** Whether the folder holds a run, which can be gone on with. */
  public boolean isBegun() {
    return RunDirectory.isBegun(folder);
  }
}
