package org.onelabel.pipeline.workflow;

import java.util.ArrayList;
import java.util.List;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.framing.Framings;
import org.onelabel.pipeline.propagation.Propagation;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.transfer.CasePropagation;
import org.onelabel.pipeline.transfer.FramedScan;
import org.onelabel.pipeline.transfer.TemplateFile;
import org.onelabel.volumes.grid.LabelArray;

/** The propagation of a run. */
final class RunPropagation {
  private RunPropagation() {}

  /** The propagation of all trusted labels. Its owner closes it. */
  static Propagation open(StageContext context, Framings framings) {
    Cohort cohort = context.cohort();
    WorkingScan scan = cohort.template();
    Framing framing = framings.of(scan);
    List<Propagation.Template> templates = new ArrayList<>();
    templates.add(template(context, scan, framing, framing.pull(cohort.templateLabels())));
    for (WorkingScan trusted : trusted(context, framings)) {
      Framing there = framings.of(trusted);
      byte[] labels = there.pullKnown(cohort.trustedLabels(trusted).orElseThrow());
      templates.add(template(context, trusted, there, labels));
    }
    return context.configuration().propagation().open(context.kernels(), templates);
  }

  private static Propagation.Template template(
      StageContext context, WorkingScan scan, Framing framing, byte[] labels) {
    return new Propagation.Template(
        context.run().readFeatures(context.run().features(scan.id())),
        new LabelArray(framing.frame().extent(), labels),
        context.cohort().classes());
  }

  /** The scans with a trusted label in which the template's anatomy was found. */
  private static List<WorkingScan> trusted(StageContext context, Framings framings) {
    double least = framings.leastLikeness();
    return context.cohort().trustedIds().stream()
        .map(context.cohort()::scan)
        .filter(scan -> framings.of(scan).isPlausible(least))
        .toList();
  }

  /** The same for scans outside the pool. Its owner closes it. */
  static CasePropagation ofCases(StageContext context) {
    return CasePropagation.open(
        template(context), context.configuration(), RunEncoder.open(context), context.kernels());
  }

  /** What further scans are compared with. */
  static TemplateFile template(StageContext context) {
    Cohort cohort = context.cohort();
    Framings framings = new Framings(context);
    List<FramedScan> trusted =
        trusted(context, framings).stream()
            .map(
                scan ->
                    FramedScan.of(
                        scan, cohort.trustedLabels(scan).orElseThrow(), framings.of(scan)))
            .toList();
    return TemplateFile.of(cohort, context.plan(), framings.leastLikeness(), trusted);
  }
}
