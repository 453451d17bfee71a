package org.onelabel.pipeline.run;

import java.util.Objects;
import java.util.Optional;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.volumes.InputException;

/**
 * One stage of a run that was begun, or one case of it. Immutable.
 *
 * @param run that it belongs to
 * @param stage that is to be done
 * @param id of the case; empty for all cases, to the stage's end
 */
public record StageRequest(ResumeRequest run, StageName stage, Optional<String> id) {

  public StageRequest {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(id, "id");
  }

  /** The whole stage of that name, such as {@code features} or {@code round-1-training}. */
  public static StageRequest of(ResumeRequest run, String stage) {
    Objects.requireNonNull(stage, "stage");
    StageName name =
        StageName.parse(stage)
            .orElseThrow(
                () ->
                    new InputException(
                        "no stage named \"%s\"; there are %s".formatted(stage, StageName.known())));
    return new StageRequest(run, name, Optional.empty());
  }

  /** One case alone, of a stage that does them one by one. */
  public StageRequest withCase(String id) {
    return new StageRequest(run, stage, Optional.of(Objects.requireNonNull(id, "id")));
  }
}
