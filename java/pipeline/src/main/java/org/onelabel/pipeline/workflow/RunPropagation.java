package org.onelabel.pipeline.workflow;

import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.propagation.Propagation;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.transfer.CasePropagation;
import org.onelabel.pipeline.transfer.TemplateFile;
import org.onelabel.volumes.grid.LabelArray;

/** The propagation of a run. */
final class RunPropagation {
  private RunPropagation() {}

  /** The propagation of the template's labels. Its owner closes it. */
  static Propagation open(StageContext context, Framings framings) {
    WorkingScan scan = context.cohort().template();
    Framing framing = framings.of(scan);
    Propagation.Template template =
        new Propagation.Template(
            context.run().readFeatures(context.run().features(scan.id())),
            new LabelArray(
                framing.frame().extent(), framing.pull(context.cohort().templateLabels())),
            context.cohort().classes());
    return context.configuration().propagation().open(context.kernels(), template);
  }

  /** The same for scans outside the pool. Its owner closes it. */
  static CasePropagation ofCases(StageContext context) {
    return CasePropagation.open(
        template(context), context.configuration(), RunEncoder.open(context), context.kernels());
  }

  /** What further scans are compared with. */
  static TemplateFile template(StageContext context) {
    return TemplateFile.of(context.cohort(), context.plan(), new Framings(context).leastLikeness());
  }
}
