package org.onelabel.pipeline.stage;

import java.util.List;

/** Where cases of a stage are done. */
@FunctionalInterface
public interface CaseWorkers {
  /** In this process. */
  CaseWorkers LOCAL = (stage, ids, context) -> new CaseRunner(stage, context).run(ids);

  /**
   * Does the cases that are not done. Each leaves its files and its manifest in the run.
   *
   * @param context that follows the stage's inputs
   */
  void run(PerCaseStage stage, List<String> ids, StageContext context);
}
