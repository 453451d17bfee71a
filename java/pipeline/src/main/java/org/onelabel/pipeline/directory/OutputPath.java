package org.onelabel.pipeline.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.dataset.VolumeFile;
import org.onelabel.volumes.file.FileIdentity;
import org.onelabel.volumes.file.FileName;

/**
 * Where somebody wants a result written. Each check refuses a place where that would change or hide
 * what is there, by whatever links it is reached.
 */
public record OutputPath(Path path) {

  public OutputPath {
    Objects.requireNonNull(path, "path");
  }

  /** Refuses {@code folder} and what lies in it. */
  public void requireOutside(Path folder, String what) {
    if (real(path).startsWith(real(folder))) {
      throw new InputException(path, "lies in " + what + " " + folder + ": name another place");
    }
  }

  /** Refuses a place among the images and labels of a dataset. */
  public void requireOutsideDatasets() {
    for (Path place : List.of(path, real(path))) {
      DatasetFolder.around(place)
          .ifPresent(
              dataset -> {
                throw new InputException(
                    path,
                    "lies among the files of the dataset " + dataset + ": name another place");
              });
    }
  }

  /** Refuses a place in the folder of a run or an experiment, whose files are its own. */
  public void requireOutsideRuns() {
    for (Path place : List.of(path, real(path))) {
      RunDirectory.around(place)
          .ifPresent(
              run -> {
                throw new InputException(
                    path, "lies in the run or experiment " + run + ": name another place");
              });
    }
  }

  /**
   * Refuses an output that is one of {@code inputs}, or lies beside one by the same name with
   * another ending of a volume.
   */
  public static void requireApart(Collection<Path> outputs, Collection<Path> inputs) {
    Set<Object> files = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (Path input : inputs) {
      files.add(FileIdentity.of(input));
      names.add(name(input));
    }
    for (Path output : outputs) {
      if ((Files.exists(output) && files.contains(FileIdentity.of(output)))
          || names.contains(name(output))) {
        throw new InputException(output, "is an input, which is not written over");
      }
    }
  }

  /** Where a volume lies and what it is called, without the ending. */
  private static String name(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    String name = VolumeFile.of(absolute).map(VolumeFile::stem).orElse(FileName.of(absolute));
    return real(absolute.resolveSibling(".")).resolve(name.toLowerCase(Locale.ROOT)).toString();
  }

  /** The path without links, as far as it exists. */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath();
    try {
      return absolute.toRealPath();
    } catch (IOException _) {
      // Not there: its parent may be.
    }
    Path normal = absolute.normalize();
    Path parent = normal.getParent();
    return parent == null ? normal : real(parent).resolve(normal.getFileName());
  }
}
