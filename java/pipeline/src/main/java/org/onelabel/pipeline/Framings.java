package org.onelabel.pipeline;

import org.onelabel.pipeline.registration.Image;
import org.onelabel.pipeline.registration.Registration;

/** Where the template's anatomy lies in the scans of a run. */
final class Framings {
  private final Cohort cohort;
  private final Plan plan;
  private final RunDirectory run;

  Framings(Cohort cohort, Plan plan, RunDirectory run) {
    this.cohort = cohort;
    this.plan = plan;
    this.run = run;
  }

  /** The framing of a scan, as the run found it. */
  Framing of(WorkingScan scan) {
    if (!run.configuration().registration().find()) {
      return Framing.whole(scan, cohort.spacing());
    }
    return scan.equals(cohort.template())
        ? Framing.ofTemplate(plan.frame(), scan.shape())
        : FramingFile.read(
            run.readTensors(run.registration(scan.id())), plan.frame(), scan.shape());
  }

  /** A registration with the template. */
  Registration registration(Configuration.RegistrationSettings settings) {
    return new Registration(
        image(cohort.template()), cohort.templateLabels(), plan.frame(), settings.cells());
  }

  /** Looks for the template's anatomy in a scan. */
  Framing found(Registration registration, WorkingScan scan) {
    Registration.Result result = registration.register(image(scan));
    return new Framing(
        plan.frame(), result.placement(), result.bend(), result.likeness(), scan.shape());
  }

  private Image image(WorkingScan scan) {
    return new Image(scan.volume().channels(), scan.shape(), cohort.spacing());
  }
}
