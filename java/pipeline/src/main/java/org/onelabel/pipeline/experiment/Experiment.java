package org.onelabel.pipeline.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Dataset;

/**
 * Several systems on one dataset, each with several seeds: a folder of runs and one table. Any
 * number of processes may work on the same folder; each takes runs that none has begun, and a run
 * that was stopped is continued. What several systems have in common, up to the first round's
 * training, one run does and the others take over; while it is at that, other runs come first.
 */
public final class Experiment {

  private final ExperimentFolder folder;

  private Experiment(ExperimentFolder folder) {
    this.folder = folder;
  }

  /**
   * The experiment of a folder, which is new or holds the same grid. Every configuration is checked
   * before anything is written.
   */
  public static Experiment open(Path root, Grid grid) {
    ExperimentFolder folder = new ExperimentFolder(root, grid);
    List<Member> members = folder.members();
    if (grid.seeds().isEmpty() || members.isEmpty()) {
      throw new InputException("an experiment needs a method and a seed");
    }
    requireDistinct("seed", grid.seeds());
    requireDistinct("system", members.stream().map(Member::name).toList());
    members.forEach(m -> m.configuration(grid.preset(), grid.seeds().getFirst()));
    if (members.stream().noneMatch(m -> m.name().equals(grid.reference()))) {
      throw new InputException(
          "no system named %s to compare with; there are %s"
              .formatted(grid.reference(), members.stream().map(Member::name).toList()));
    }
    if (!folder.isBegun()) {
      RunDirectory.requireFree(root);
    }
    return new Experiment(folder);
  }

  private static void requireDistinct(String what, List<?> values) {
    List<Object> seen = new ArrayList<>();
    for (Object value : values) {
      if (seen.contains(value)) {
        throw new InputException("the %s %s is named twice".formatted(what, value));
      }
      seen.add(value);
    }
  }

  /** The report's file. */
  public Path report() {
    return folder.report();
  }

  /**
   * Does every run that is not done and that no other process works on. The tables are written
   * after each.
   */
  public List<String> run(Dataset dataset, Devices devices, Progress progress) {
    InputFiles files = InputFiles.of(dataset, progress);
    for (ExperimentFolder.Entry entry : folder.entries()) {
      if (RunDirectory.isBegun(folder.of(entry))) {
        RunDirectory.open(folder.of(entry)).manifests().requireRelated(dataset, files);
      }
    }
    return new ExperimentRunner(folder, dataset, files, devices, progress).run();
  }
}
