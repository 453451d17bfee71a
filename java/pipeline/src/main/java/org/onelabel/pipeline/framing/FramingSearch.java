package org.onelabel.pipeline.framing;

import java.util.function.Function;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.registration.Registration;
import org.onelabel.pipeline.registration.RegistrationSettings;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.volumes.grid.LabelArray;

/** Looks for a template's anatomy in scans. */
public final class FramingSearch {
  private FramingSearch() {}

  /**
   * A search, for any number of threads.
   *
   * @param template whose grid has the spacing of the scans
   * @param labels of the template
   */
  public static Function<WorkingScan, Framing> of(
      Image template, LabelArray labels, Frame frame, RegistrationSettings settings) {
    if (!settings.find()) {
      return scan -> Framing.whole(scan, template.spacing());
    }
    Registration registration = new Registration(template, labels, frame, settings.cells());
    return scan ->
        Framing.of(frame, registration.register(scan.image(template.spacing())), scan.extent());
  }
}
