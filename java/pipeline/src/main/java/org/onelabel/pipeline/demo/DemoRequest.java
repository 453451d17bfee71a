package org.onelabel.pipeline.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.onelabel.pipeline.directory.OutputPath;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.FileName;

/**
 * A run on a drawn cohort. Immutable.
 *
 * @param folder that holds the cohort and the run; where it is there already, its first free
 *     neighbour {@code FOLDER-2}, {@code FOLDER-3}, … is taken; outside runs and datasets
 * @param seed of the cohort and the run
 * @param devices where to compute
 */
public record DemoRequest(Path folder, long seed, DeviceSettings devices) {
  private static final int MOST_NEIGHBOURS = 1000;

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

  /**
   * The same in the folder itself, or in its first numbered neighbour that does not exist: no demo
   * is written over. A place without a name, or one within runs or datasets, is refused.
   */
  public DemoRequest inFreeFolder() {
    requireOwnPlace();
    // "." and ".." have names, too.
    Path named =
        folder.endsWith(".") || folder.endsWith("..") || FileName.of(folder).isEmpty()
            ? folder.toAbsolutePath().normalize()
            : folder;
    for (int i = 1; i < MOST_NEIGHBOURS; i++) {
      Path free = i == 1 ? folder : named.resolveSibling(named.getFileName() + "-" + i);
      if (!Files.exists(free)) {
        return new DemoRequest(free, seed, devices);
      }
    }
    throw new InputException(folder, "and a thousand neighbours exist already");
  }

  /** Refuses a place without a name for its neighbours, or among files that are somebody's. */
  private void requireOwnPlace() {
    if (FileName.of(folder.toAbsolutePath().normalize()).isEmpty()) {
      throw new InputException(folder, "is no place for a demo: name a folder");
    }
    OutputPath place = new OutputPath(folder);
    place.requireOutsideRuns();
    place.requireOutsideDatasets();
  }

  /** Where the cohort is drawn to. */
  public Path cohort() {
    return folder.resolve("cohort");
  }

  /** The folder of the run. */
  public Path run() {
    return folder.resolve("run");
  }
}
