package org.onelabel.pipeline.directory;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Map;
import org.onelabel.pipeline.files.Json;

/**
 * What a run learnt from, of all that {@code run.json} says.
 *
 * @param template id of the template
 * @param trusted ids of scans of the pool whose labels were learnt from as well
 * @param trustedLabels SHA-256 of the label files of these, in hexadecimal; empty in runs that do
 *     not say
 * @param unlabelled ids of the pool
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunOrigin(
    String template,
    List<String> trusted,
    Map<String, String> trustedLabels,
    List<String> unlabelled) {

  public RunOrigin {
    trusted = trusted == null ? List.of() : List.copyOf(trusted);
    trustedLabels = trustedLabels == null ? Map.of() : Map.copyOf(trustedLabels);
  }

  /** That of a run that was begun. */
  public static RunOrigin read(RunDirectory run) {
    return Json.read(run.file(RunDirectory.PROVENANCE), RunOrigin.class);
  }
}
