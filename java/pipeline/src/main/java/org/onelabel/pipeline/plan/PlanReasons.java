package org.onelabel.pipeline.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.intensity.Calibrated;
import org.onelabel.pipeline.intensity.Normalisation;
import org.onelabel.pipeline.intensity.PerScan;
import org.onelabel.volumes.WorkingGrid;

/**
 * Says in sentences why a plan is as it is, from its numbers; what the run has no use for is left
 * out. The rules are those of {@link Plan}.
 */
final class PlanReasons {
  private final Plan plan;
  private final Cohort cohort;
  private final int[] template;
  private final Configuration configuration;
  private final int[] frame;

  private PlanReasons(Plan plan, Cohort cohort, Configuration configuration) {
    this.plan = plan;
    this.cohort = cohort;
    template = cohort.template().shape();
    this.configuration = configuration;
    frame = plan.frame().shape();
  }

  /** The entries of a plan. */
  static List<PlanEntry> of(Plan plan, Cohort cohort, Configuration configuration) {
    PlanReasons reasons = new PlanReasons(plan, cohort, configuration);
    List<PlanEntry> entries = new ArrayList<>();
    entries.add(reasons.spacing());
    entries.add(reasons.intensities());
    entries.add(reasons.frame());
    if (configuration.rounds() > 0) {
      entries.addAll(SpecialistReasons.of(plan, cohort, configuration));
    }
    if (configuration.propagates() && configuration.encoder().kind().hasPlannedCells()) {
      entries.add(reasons.cells());
    }
    return entries;
  }

  private PlanEntry spacing() {
    double[] own = WorkingGrid.canonicalSpacing(cohort.template().grid().source());
    String reason;
    if (configuration.cohort().spacing() > 0) {
      reason = "set by spacing";
    } else if (Arrays.equals(own, plan.spacing())) {
      reason = "the template's own";
    } else {
      reason =
          "larger than the template's %s mm, at which the frame would have more than %s voxels"
                  .formatted(
                      PlanNumbers.millimetres(own),
                      PlanNumbers.grouped(configuration.cohort().frameVoxels()))
              + " (frameVoxels)";
    }
    return new PlanEntry("spacing", PlanNumbers.millimetres(plan.spacing()) + " mm", reason);
  }

  private PlanEntry intensities() {
    String value =
        cohort.intensities().channels().stream()
            .map(PlanReasons::normalisation)
            .distinct()
            .collect(Collectors.joining("; "));
    List<String> modalities = cohort.dataset().modalities();
    String reason =
        switch (configuration.cohort().intensities()) {
          case PER_SCAN, HOUNSFIELD -> "set by intensities";
          case AUTO ->
              modalities.size() != cohort.channels()
                  ? "dataset.json names no channel; the template "
                      + (cohort.intensities().isCalibrated() ? "goes" : "does not go")
                      + " below −500, as air does in Hounsfield units"
                  : "dataset.json calls the channels " + String.join(", ", modalities);
        };
    return new PlanEntry("intensities", value, reason);
  }

  private static String normalisation(Normalisation normalisation) {
    return switch (normalisation) {
      case PerScan() -> "each scan by its own mean and deviation";
      case Calibrated c ->
          "Hounsfield units, finest about the structures' %s ± %s"
              .formatted(PlanNumbers.rounded(c.centre()), PlanNumbers.rounded(c.spread()));
    };
  }

  private PlanEntry frame() {
    String reason =
        configuration.registration().find()
            ? "the structures and %s %% of their longest side around them, within the template's %s"
                .formatted(
                    PlanNumbers.rounded(100 * configuration.registration().margin()),
                    PlanNumbers.sides(template))
            : "the whole template: registration.find is false";
    return new PlanEntry("frame", PlanNumbers.sides(frame), reason);
  }

  private PlanEntry cells() {
    int[] stride = plan.stride();
    long cells = 1;
    for (int a = 0; a < 3; a++) {
      cells *= Math.ceilDiv(frame[a], stride[a]);
    }
    String reason =
        configuration.encoder().stride() > 0
            ? "set by encoder.stride; the frame has " + PlanNumbers.grouped(cells)
            : "the finest, alike in millimetres, of which the frame has %s at most: it has %s"
                .formatted(
                    PlanNumbers.grouped(configuration.encoder().cells()),
                    PlanNumbers.grouped(cells));
    return new PlanEntry("cells", PlanNumbers.sides(stride), reason);
  }
}
