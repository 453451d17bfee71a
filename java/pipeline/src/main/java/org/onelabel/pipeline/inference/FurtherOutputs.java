package org.onelabel.pipeline.inference;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.onelabel.pipeline.directory.OutputPath;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.FileName;

/**
 * What is written besides labels. Immutable.
 *
 * @param ofScans files of each scan
 * @param statistics a CSV file with a line for each structure of each scan
 */
public record FurtherOutputs(Set<ScanOutput> ofScans, Optional<Path> statistics) {
  /** Labels alone. */
  public static final FurtherOutputs NONE = new FurtherOutputs(Set.of(), Optional.empty());

  public FurtherOutputs {
    ofScans = Set.copyOf(ofScans);
    statistics.ifPresent(FurtherOutputs::requireTable);
  }

  private static void requireTable(Path file) {
    if (!FileName.of(file).toLowerCase(Locale.ROOT).endsWith(".csv")) {
      throw new InputException(file, "must end in .csv");
    }
    if (Files.isDirectory(file)) {
      throw new InputException(file, "is a folder, not a file");
    }
  }

  /** Whether the scan is read again for them. */
  boolean needIntensities() {
    return statistics.isPresent() || ofScans.stream().anyMatch(ScanOutput::needsIntensities);
  }

  /** How many arrays of floats on a file's grid are held at once. */
  int arrays(int channels) {
    // A class on its way back is there twice; the entropy is the sum over them.
    int mapped =
        ofScans.contains(ScanOutput.UNCERTAINTY)
            ? 3
            : ofScans.contains(ScanOutput.PROBABILITIES) ? 2 : 0;
    return Math.max(mapped, needIntensities() ? channels : 0);
  }

  /** All files that are written besides these label files. */
  List<Path> files(Collection<Path> labels) {
    List<Path> files = new ArrayList<>();
    for (Path label : labels) {
      ofScans.forEach(output -> files.add(output.beside(label)));
    }
    statistics.ifPresent(files::add);
    return files;
  }

  /** Refuses a table in a run, in a dataset, or that another result has the place of. */
  void requireFree(Path run, Path taken) {
    statistics.ifPresent(
        file -> {
          OutputPath place = new OutputPath(file);
          place.requireOutside(run, "the run");
          place.requireOutsideDatasets();
          place.requireOutsideRuns();
          if (file.toAbsolutePath().normalize().equals(taken.toAbsolutePath().normalize())) {
            throw new InputException(file, "is where the estimates are written: name another file");
          }
        });
  }
}
