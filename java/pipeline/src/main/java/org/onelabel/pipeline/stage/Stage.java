package org.onelabel.pipeline.stage;

import java.util.List;
import org.onelabel.pipeline.directory.StageName;

/**
 * A step of a run. Its result follows from what it {@linkplain Declaration declares} and from
 * nothing else, whoever runs it and wherever; two stages with equal declarations and inputs have
 * the same result.
 */
public sealed interface Stage permits WholeStage, PerCaseStage {

  /** All that the result follows from. */
  Declaration declaration();

  default StageName name() {
    return declaration().name();
  }

  /** The stages whose files it reads. */
  default List<StageName> needs() {
    return declaration().needs();
  }

  /**
   * Whether it also reads how the stages that it needs went, their seconds, who did them; and what
   * the run was before it was corrected.
   */
  default boolean readsManifests() {
    return false;
  }

  /** Deletes what only an interrupted run needs; called when the stage is known to be done. */
  default void cleanUp(StageContext context) {}
}
