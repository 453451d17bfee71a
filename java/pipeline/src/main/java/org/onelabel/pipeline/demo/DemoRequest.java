package org.onelabel.pipeline.demo;

import java.nio.file.Path;
import java.util.Objects;
import org.onelabel.pipeline.stage.DeviceSettings;

/**
 * A run on a drawn cohort. Immutable.
 *
 * @param folder that holds the cohort and the run; where it is there already, its first free
 *     neighbour {@code FOLDER-2}, {@code FOLDER-3}, … is taken; outside runs and datasets
 * @param seed of the cohort and the run
 * @param devices where to compute
 */
public record DemoRequest(Path folder, long seed, DeviceSettings devices) {

  public DemoRequest {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(devices, "devices");
  }

  /** The usual one, on devices that are chosen. */
  public static DemoRequest of(Path folder) {
    return new DemoRequest(folder, 1, DeviceSettings.AUTO);
  }

  /** The same with another seed. */
  public DemoRequest withSeed(long seed) {
    return new DemoRequest(folder, seed, devices);
  }

  /** The same computed there. */
  public DemoRequest withDevices(DeviceSettings devices) {
    return new DemoRequest(folder, seed, devices);
  }
}
