package org.onelabel.pipeline.run;

import java.nio.file.Path;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.evaluation.RunMetrics;

/**
 * What a finished run left. Immutable.
 *
 * @param folder of the run, with the model and the predictions
 * @param metrics what it reached where a truth is there, and what that is worth
 * @param report the page for people
 */
public record RunResult(Path folder, RunMetrics metrics, Path report) {

  /** The result in a run's folder. */
  public static RunResult read(Path folder) {
    RunDirectory run = RunDirectory.open(folder);
    return new RunResult(folder, RunMetrics.read(run), run.report());
  }
}
