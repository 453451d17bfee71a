package org.onelabel.pipeline.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.RunLock;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.CorrectedLabels;
import org.onelabel.volumes.dataset.Dataset;

/**
 * Labels of scans of the pool that somebody corrected. They are kept in the run: whatever goes on
 * with it learns from them.
 */
public final class Corrections {
  private Corrections() {}

  /**
   * Takes corrected labels into a run and goes on with it: what depends on them is done again,
   * nothing else. What the run was before is kept.
   *
   * @throws InputException before anything is changed, where a label fits no scan of the pool, or
   *     there is none
   */
  public static RunResult goOn(ContinueRequest request, Progress progress) {
    RunDirectory run = RunDirectory.open(request.run().folder());
    try (RunLock _ = run.lock()) {
      take(request, run, progress);
    }
    return Runs.resume(request.run(), progress);
  }

  private static void take(ContinueRequest request, RunDirectory run, Progress progress) {
    requireAlone(run);
    Dataset dataset = Runs.dataset(request.run());
    Map<String, LabelMap> given = new LinkedHashMap<>();
    if (request.corrected().isPresent()) {
      Path folder = request.corrected().get();
      CorrectedLabels found = CorrectedLabels.in(folder, dataset);
      found.warnings().lines().forEach(progress::warn);
      if (found.cases().isEmpty()) {
        throw new InputException(folder, "holds no label of a scan of the pool");
      }
      found.cases().forEach(c -> given.put(c.id(), checked(c, dataset)));
    }
    List<Case> there = kept(run, dataset);
    there.stream().filter(c -> !given.containsKey(c.id())).forEach(c -> checked(c, dataset));
    if (given.isEmpty() && there.isEmpty()) {
      throw new InputException(
          run.notes().corrected(), "holds no corrected label: name a folder of some");
    }
    new History(run).keep();
    given.forEach((id, labels) -> keep(labels, run, id, dataset));
  }

  /**
   * Refuses a run of an experiment, whose runs are to differ in their settings alone: it would do
   * this one again without the labels.
   */
  static void requireAlone(RunDirectory run) {
    RunDirectory.upwards(run.root())
        .skip(1)
        .filter(RunDirectory::isExperiment)
        .findFirst()
        .ifPresent(
            at -> {
              throw new InputException(
                  run.root(),
                  "is one of the runs that the experiment in %s compares; cp -a copies its folder,"
                          .formatted(at)
                      + " and a copy elsewhere can go on");
            });
  }

  /** The corrected labels that lie in a run. */
  static List<Case> kept(RunDirectory run, Dataset dataset) {
    Path folder = run.notes().corrected();
    return Files.isDirectory(folder) ? CorrectedLabels.in(folder, dataset).cases() : List.of();
  }

  /** Keeps the corrected labels of a scan in a run, instead of any that it has. */
  static void keep(LabelMap labels, RunDirectory run, String id, Dataset dataset) {
    Path file = run.notes().corrected().resolve(id + ".nii.gz");
    List<Case> before = kept(run, dataset);
    CorrectedLabels.write(labels, CorrectedLabels.unknown(dataset), file);
    before.stream()
        .filter(c -> c.id().equals(id))
        .map(c -> c.label().orElseThrow())
        .filter(other -> !other.equals(file))
        .forEach(run::delete);
  }

  /** The labels of a case; refused where they do not fit it. */
  static LabelMap checked(Case corrected, Dataset dataset) {
    LabelMap labels = corrected.readLabels(corrected.readGeometry());
    if (labels.highest() > dataset.structures().size()) {
      throw new InputException(
          corrected.label().orElseThrow(),
          "has class %d, but the structures are 1…%d (%d where nobody looked)"
              .formatted(
                  labels.highest(), dataset.structures().size(), CorrectedLabels.unknown(dataset)));
    }
    return labels;
  }
}
