package org.onelabel.pipeline.workflow;

import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.features.Encoder;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.propagation.CasePropagation;
import org.onelabel.pipeline.propagation.Propagation;
import org.onelabel.pipeline.stage.StageContext;
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
    Framings framings = new Framings(context);
    Encoder encoder = RunEncoder.open(context);
    try {
      return new CasePropagation(
          encoder, open(context, framings), framings.finder(), framings.plausible());
    } catch (RuntimeException | Error e) {
      encoder.close();
      throw e;
    }
  }
}
