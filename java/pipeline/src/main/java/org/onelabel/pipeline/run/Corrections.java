package org.onelabel.pipeline.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    Dataset dataset = Runs.dataset(request.run());
    int unknown = CorrectedLabels.unknown(dataset);
    List<Case> cases = new ArrayList<>();
    List<LabelMap> labels = new ArrayList<>();
    if (request.corrected().isPresent()) {
      Path folder = request.corrected().get();
      CorrectedLabels given = CorrectedLabels.in(folder, dataset);
      given.warnings().lines().forEach(progress::warn);
      if (given.cases().isEmpty()) {
        throw new InputException(folder, "holds no label of a scan of the pool");
      }
      for (Case corrected : given.cases()) {
        cases.add(corrected);
        labels.add(checked(corrected, dataset));
      }
    } else if (dataset.trusted().isEmpty()) {
      throw new InputException(
          run.notes().corrected(), "holds no corrected label: name a folder of some");
    }
    new History(run).keep();
    for (int i = 0; i < cases.size(); i++) {
      CorrectedLabels.write(labels.get(i), unknown, file(run, cases.get(i).id()));
    }
  }

  /** Where the corrected label of a scan is kept. */
  static Path file(RunDirectory run, String id) {
    return run.notes().corrected().resolve(id + ".nii.gz");
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
