package org.onelabel.pipeline.directory;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.onelabel.pipeline.files.Json;

/**
 * What a run learnt from, of all that {@code run.json} says.
 *
 * @param template id of the template
 * @param trusted ids of scans of the pool whose labels were learnt from as well
 * @param unlabelled ids of the pool
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunOrigin(String template, List<String> trusted, List<String> unlabelled) {

  public RunOrigin {
    trusted = trusted == null ? List.of() : List.copyOf(trusted);
  }

  /** That of a run that was begun. */
  public static RunOrigin read(RunDirectory run) {
    return Json.read(run.file(RunDirectory.PROVENANCE), RunOrigin.class);
  }
}
