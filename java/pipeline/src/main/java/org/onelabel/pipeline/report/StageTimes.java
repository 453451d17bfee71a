package org.onelabel.pipeline.report;

import java.util.List;
import java.util.Optional;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageManifest;
import org.onelabel.pipeline.directory.StageName;

/** How long the stages of a run took. */
record StageTimes(List<StageTime> stages) {
  private static final double LEAST_PERCENT = 0.5;

  /**
   * How long a stage took.
   *
   * @param from whose work it is, where it is not the run's own
   */
  record StageTime(String name, Optional<String> from, double seconds) {}

  static StageTimes of(RunDirectory run, List<StageName> stages) {
    return new StageTimes(
        run.manifests().seconds(stages).entrySet().stream()
            .map(
                stage -> new StageTime(stage.getKey(), from(run, stage.getKey()), stage.getValue()))
            .toList());
  }

  private static Optional<String> from(RunDirectory run, String stage) {
    return StageName.parse(stage)
        .flatMap(name -> run.manifests().of(name).read())
        .map(StageManifest::from);
  }

  double total() {
    return stages.stream().mapToDouble(StageTime::seconds).sum();
  }

  /** How long a stage took beside the longest one, enough to be seen. */
  double percent(StageTime stage) {
    double longest = stages.stream().mapToDouble(StageTime::seconds).max().orElse(1);
    return Math.max(LEAST_PERCENT, 100 * stage.seconds / longest);
  }
}
