package org.onelabel.pipeline.run;

import java.util.Objects;
import java.util.Optional;

/**
 * One stage of a run that was begun, or one case of it. Immutable.
 *
 * @param run that it belongs to
 * @param stage that is to be done, by its name: {@code features}, {@code round-1-training}; one
 *     that the run does not have is refused when it is asked for
 * @param id of the case; empty for all cases, to the stage's end
 */
public record StageRequest(ResumeRequest run, String stage, Optional<String> id) {

  public StageRequest {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(id, "id");
  }

  /** The whole stage of that name. */
  public static StageRequest of(ResumeRequest run, String stage) {
    return new StageRequest(run, stage, Optional.empty());
  }

  /** One case alone, of a stage that does them one by one. */
  public StageRequest withCase(String id) {
    return new StageRequest(run, stage, Optional.of(Objects.requireNonNull(id, "id")));
  }
}
