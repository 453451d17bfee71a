package org.onelabel.pipeline.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.files.Json;
import org.onelabel.volumes.InputException;

/**
 * Where an experiment lies.
 *
 * @param root its folder
 * @param members of the grid, in the order of the table
 */
record ExperimentFolder(Path root, Grid grid, List<Member> members) {

  ExperimentFolder(Path root, Grid grid) {
    this(root, grid, grid.members());
  }

  /** A system with one of its seeds. */
  record Entry(Member member, long seed) {

    String name() {
      return member.name() + ", seed " + seed;
    }
  }

  /** Whether the folder holds this experiment; another one is refused. */
  boolean isBegun() {
    if (!Files.isRegularFile(file())) {
      return false;
    }
    List<String> others = grid.differsFrom(Json.read(file(), Grid.class));
    if (!others.isEmpty()) {
      throw new InputException(
          root,
          "holds an experiment with other %s; continue it with the same, or name another folder"
              .formatted(String.join(", ", others)));
    }
    return true;
  }

  /** Writes down what the experiment is. */
  void begin() {
    Json.write(file(), grid);
  }

  private Path file() {
    return root.resolve("experiment.json");
  }

  /** The report's file. */
  Path report() {
    return root.resolve("report.html");
  }

  /** Every system with every seed, seed by seed. */
  List<Entry> entries() {
    return grid.seeds().stream()
        .flatMap(seed -> members.stream().map(member -> new Entry(member, seed)))
        .toList();
  }

  /** The folder of a run. */
  Path of(Entry entry) {
    return root.resolve("runs", entry.member.folder(entry.seed));
  }

  Configuration configuration(Entry entry) {
    return entry.member.configuration(grid.preset(), entry.seed);
  }

  /** The runs of the same seed that are begun: they may have done a part of this one's work. */
  List<Entry> siblings(Entry entry) {
    return members.stream()
        .filter(member -> !member.equals(entry.member))
        .map(member -> new Entry(member, entry.seed))
        .filter(other -> RunDirectory.isBegun(of(other)))
        .toList();
  }
}
