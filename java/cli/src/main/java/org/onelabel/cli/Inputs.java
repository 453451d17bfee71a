package org.onelabel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.dataset.VolumeFile;
import org.onelabel.volumes.file.FileIdentity;

/** Files that a command reads, and that nothing may be written over. */
final class Inputs {
  private final Set<Object> files = new HashSet<>();
  private final Set<String> names = new HashSet<>();

  Inputs(Collection<Path> inputs) {
    for (Path input : inputs) {
      files.add(FileIdentity.of(input));
      names.add(name(input));
    }
  }

  /**
   * Refuses to write to an input, by whatever links the two are one, or beside it by the same name
   * with another ending of a volume.
   */
  void requireApart(Path output) {
    if ((Files.exists(output) && files.contains(FileIdentity.of(output)))
        || names.contains(name(output))) {
      throw new InputException(output, "is an input, which is not written over");
    }
  }

  /** Refuses an output that is {@code folder} or lies in it. */
  static void requireOutside(Path output, Path folder, String what) {
    if (real(output).startsWith(real(folder))) {
      throw new InputException(output, "lies in " + what + " " + folder + ": name another place");
    }
  }

  /** Refuses an output among the images and labels of a dataset. */
  static void requireOutsideDatasets(Path output) {
    for (Path path : List.of(output, real(output))) {
      DatasetFolder.around(path)
          .ifPresent(
              dataset -> {
                throw new InputException(
                    output,
                    "lies among the files of the dataset " + dataset + ": name another place");
              });
    }
  }

  /** Refuses an output in the folder of a run or an experiment, whose files are its own. */
  static void requireOutsideRuns(Path output) {
    for (Path path : List.of(output, real(output))) {
      RunDirectory.around(path)
          .ifPresent(
              run -> {
                throw new InputException(
                    output, "lies in the run or experiment " + run + ": name another place");
              });
    }
  }

  /** Where a volume lies and what it is called, without the ending. */
  private static String name(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    String name =
        VolumeFile.of(absolute).map(VolumeFile::stem).orElse(absolute.getFileName().toString());
    return real(absolute.getParent()).resolve(name.toLowerCase(Locale.ROOT)).toString();
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
