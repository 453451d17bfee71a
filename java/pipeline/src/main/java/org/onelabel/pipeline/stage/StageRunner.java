package org.onelabel.pipeline.stage;

import java.util.List;

/** Sees to it that stages of a run are done. */
public interface StageRunner {

  /** Does the stages of a plan that are not current, each after those that it needs. */
  void run(StagePlan plan, StageContext context);

  /**
   * Does a stage unless it is current.
   *
   * @throws IllegalStateException if a stage that it needs is not done
   */
  void run(Stage stage, StageContext context);

  /**
   * Does one case of a stage unless it is current; the stage is not finished by that.
   *
   * @throws IllegalStateException if a stage that it needs is not done
   */
  void run(PerCaseStage stage, String id, StageContext context);

  /**
   * Whether a stage is finished and follows from what it would now; its files are not looked at.
   */
  boolean isCurrent(Stage stage);

  /** The stages of a plan that are not current. */
  List<Stage> left(StagePlan plan);
}
