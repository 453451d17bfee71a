package org.onelabel.pipeline.run;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A finished run that is to go on with corrected labels. Immutable.
 *
 * @param run that was finished
 * @param corrected folder of label files, called as the scans of the pool that they belong to;
 *     empty for those that lie in the run's own folder {@code corrected} already
 */
public record ContinueRequest(ResumeRequest run, Optional<Path> corrected) {

  public ContinueRequest {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(corrected, "corrected");
  }

  /** With the labels that lie in the run's own folder. */
  public static ContinueRequest of(ResumeRequest run) {
    return new ContinueRequest(run, Optional.empty());
  }

  /** With these as well. */
  public ContinueRequest withCorrected(Path folder) {
    return new ContinueRequest(run, Optional.of(Objects.requireNonNull(folder, "folder")));
  }
}
