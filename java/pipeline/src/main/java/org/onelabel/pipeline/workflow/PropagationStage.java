package org.onelabel.pipeline.workflow;

import java.util.List;
import org.onelabel.pipeline.atlas.Atlases;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.framing.Framings;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.progress.Words;
import org.onelabel.pipeline.propagation.Propagation;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.pipeline.stage.PerCaseStage;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.volumes.dataset.Dataset;

/** Takes the trusted labels to the pool. */
record PropagationStage(Declaration declaration) implements PerCaseStage {

  PropagationStage(Configuration configuration, Dataset dataset) {
    this(
        new Draft(Kind.PROPAGATION.once(), configuration, dataset)
            .needs(Kind.FEATURES.once())
            .registered()
            .atlases()
            .pool()
            .trusted()
            .settings("registration", "propagation")
            .done());
  }

  @Override
  public List<String> cases(StageContext context) {
    return context.cohort().poolIds();
  }

  @Override
  public String title() {
    return "propagation";
  }

  @Override
  public CaseWork open(StageContext context) {
    Framings framings = new Framings(context);
    return new Propagating(
        context,
        framings,
        framings.leastLikeness(),
        RunPropagation.open(context, framings),
        new Atlases(context, framings));
  }

  private record Propagating(
      StageContext context,
      Framings framings,
      double leastLikeness,
      Propagation propagation,
      Atlases atlases)
      implements CaseWork {

    @Override
    public void run(String id, Outputs outputs, Progress.Task task) {
      WorkingScan scan = context.cohort().scan(id);
      Framing framing = framings.of(scan);
      PseudoLabel label = PseudoLabel.nothing(scan.geometry().voxels());
      if (framing.isPlausible(leastLikeness)) {
        label = framing.push(atlases.fused(scan, direct(framing, id), this::direct));
      }
      PseudoLabel all = context.cohort().trustedLabels(scan).map(label::corrected).orElse(label);
      outputs.pseudoLabel(0, id, scan.geometry(), all);
    }

    /** The label of a scan in the frame that reaches it from the trusted labels. */
    private PseudoLabel direct(Framing framing, String id) {
      FeatureGrid features = context.run().readFeatures(context.run().features(id));
      return propagation.propagate(features, framing.frame().extent());
    }

    @Override
    public void close() {
      propagation.close();
    }
  }

  /** Says where nothing was found. */
  @Override
  public void finish(StageContext context, Outputs outputs) {
    List<String> without = new Framings(context).implausible();
    if (!without.isEmpty()) {
      context
          .progress()
          .say(
              Words.first(without)
                  + ": the template's structures were not found; no labels are propagated there");
    }
  }
}
