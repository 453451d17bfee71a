package org.onelabel.pipeline.stage;

import org.onelabel.pipeline.directory.Outputs;

/** A stage that is done in one piece. */
public non-sealed interface WholeStage extends Stage {

  /**
   * Does it.
   *
   * @param outputs what is written through them belongs to the stage, nothing else
   */
  void run(StageContext context, Outputs outputs);
}
