package org.onelabel.pipeline.stage;

import java.util.List;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.progress.Progress;

/**
 * A stage that does the same to each of many cases. Each case's files are its own, so that cases
 * may be done at any time, in any order and in any place.
 */
public non-sealed interface PerCaseStage extends Stage {

  /** What cases are being done with; its owner closes it. */
  interface CaseWork extends AutoCloseable {

    /**
     * Does one case.
     *
     * @param outputs what is written through them belongs to the case
     * @param task that it is a step of
     */
    void run(String id, Outputs outputs, Progress.Task task);

    @Override
    default void close() {}
  }

  /** Ids of the cases, in their order. */
  List<String> cases(StageContext context);

  /** Opens what cases are done with. */
  CaseWork open(StageContext context);

  /** What is being done, for people. */
  String title();

  /** Whether one {@link CaseWork} may do several cases at the same time. */
  default boolean isConcurrent() {
    return false;
  }

  /** Follows when every case is done. */
  default void finish(StageContext context, Outputs outputs) {}
}
