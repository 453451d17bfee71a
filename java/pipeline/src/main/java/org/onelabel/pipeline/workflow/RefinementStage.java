package org.onelabel.pipeline.workflow;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.onelabel.pipeline.atlas.Atlases;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.LazyList;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.FileKind;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.framing.Framings;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.refinement.PropagatedStructures;
import org.onelabel.pipeline.refinement.Refinement;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.stage.WholeStage;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.format.VolumeFormats;

/** Makes pseudo-labels of a round's predictions; volumes may be compared with each other. */
record RefinementStage(Declaration declaration) implements WholeStage {

  RefinementStage(int round, Configuration configuration, Dataset dataset) {
    this(declaration(round, configuration, dataset));
  }

  private static Declaration declaration(int round, Configuration configuration, Dataset dataset) {
    Draft draft =
        new Draft(Kind.REFINEMENT.in(round), configuration, dataset)
            .needs(Kind.FEATURES.once())
            .registered()
            .needs(Kind.PROPAGATION.once())
            .needs(Kind.TRAINING.in(round))
            .needs(Kind.PREDICTION.in(round))
            .network()
            .pool()
            .trusted()
            .settings("refinement")
            .instead(
                "refinement.propagation",
                "refinement.propagation",
                Double.toString(configuration.refinementWeight(round)));
    Draft all = fuses(configuration) ? draft.atlases() : draft;
    return round == 1 ? all.done() : all.needs(Workflow.pseudoLabels(round - 1)).done();
  }

  private int round() {
    return name().round();
  }

  @Override
  public void run(StageContext context, Outputs outputs) {
    if (context.configuration().refinement().describesBySpecialist()) {
      describe(context, outputs);
    }
    Cohort cohort = context.cohort();
    List<Refinement.Volume> volumes =
        LazyList.concatenated(
            List.of(template(context)),
            LazyList.of(
                cohort.pool(),
                scan -> predicted(scan, context),
                volume -> 3 * volume.label().bytes()));
    RoundFiles files = new RoundFiles(context);
    Set<Integer> lost =
        files.summary(round()).lost().stream()
            .map(name -> 1 + cohort.structures().indexOf(name))
            .collect(Collectors.toSet());
    Configuration configuration = context.configuration();
    Refinement refinement =
        configuration.refinement().open(context.kernels(), configuration.refinementWeight(round()));
    List<PseudoLabel> refined =
        new PropagatedStructures(refinement, lost).refine(volumes, cohort.classes());
    List<String> ids = cohort.poolIds();
    IntFunction<PseudoLabel> ofScan =
        i ->
            framing(cohort.scan(ids.get(i)), context)
                .pushChanges(
                    refined.get(1 + i),
                    volumes.get(1 + i).label(),
                    () -> files.predicted(round(), ids.get(i)));
    Framings framings = new Framings(context);
    Atlases atlases = new Atlases(context, framings);
    for (int i = 0; i < ids.size(); i++) {
      WorkingScan scan = cohort.scan(ids.get(i));
      PseudoLabel label = ofScan.apply(i);
      if (fuses(context.configuration())) {
        Framing framing = framings.of(scan);
        PseudoLabel framed = framing.pull(label);
        PseudoLabel fused =
            atlases.fused(scan, framed, (there, id) -> there.pull(ofScan.apply(ids.indexOf(id))));
        PseudoLabel own = label;
        label = framing.pushChanges(fused, framed, () -> own);
      }
      PseudoLabel all = cohort.trustedLabels(scan).map(label::corrected).orElse(label);
      outputs.pseudoLabel(round(), scan.id(), scan.geometry(), all);
    }
  }

  /** Whether labels reach scans through atlases again: as the propagation's, not without it. */
  private static boolean fuses(Configuration configuration) {
    return configuration.usesAtlases() && configuration.refinement().joinsPropagation();
  }

  /** Writes what the round's specialist sees in each volume: it is asked more than once. */
  private void describe(StageContext context, Outputs outputs) {
    RoundFiles files = new RoundFiles(context);
    RunDirectory run = context.run();
    Framings framings = new Framings(context);
    List<WorkingScan> scans = context.cohort().templateAndPool();
    try (Model specialist = files.model(round(), files.weightsFile(round()));
        Progress.Task task =
            context.progress().begin("round " + round() + ": features", scans.size())) {
      for (WorkingScan scan : scans) {
        FeatureGrid encoded = run.readFeatures(run.features(scan.id()));
        Framing framing = framings.of(scan);
        float[][] seen = specialist.describe(scan);
        Arrays.setAll(seen, i -> framing.pull(seen[i]));
        outputs.features(
            run.features(round(), scan.id()), encoded.withChannels(seen, framing.frame().extent()));
        task.step(scan.id());
      }
    }
  }

  private Refinement.Template template(StageContext context) {
    WorkingScan scan = context.cohort().template();
    Framing framing = framing(scan, context);
    RunDirectory run = context.run();
    return new Refinement.Template(
        PseudoLabel.certain(framing.pull(context.cohort().templateLabels())),
        framing.frame().extent(),
        () -> run.readFeatures(features(scan.id(), context)),
        run.readFeatures(run.features(scan.id())).global());
  }

  private Refinement.Predicted predicted(WorkingScan scan, StageContext context) {
    RunDirectory run = context.run();
    Framing framing = framing(scan, context);
    double uncertainty =
        Json.readNumbers(run.meanUncertainty(round(), scan.id())).get("meanEntropy");
    Path map = run.map(round(), FileKind.UNCERTAINTY, scan.id());
    return new Refinement.Predicted(
        framing.pull(new RoundFiles(context).predicted(round(), scan.id())),
        framing.pull(run.readPseudoLabel(0, scan.id())),
        uncertainty,
        framing.pull(VolumeFormats.NIFTI.readVolume(map).voxels()),
        framing.frame().extent(),
        () -> run.readFeatures(features(scan.id(), context)),
        run.readFeatures(run.features(scan.id())).global());
  }

  /** The features that regions of a case are compared by. */
  private Path features(String id, StageContext context) {
    return context.configuration().refinement().describesBySpecialist()
        ? context.run().features(round(), id)
        : context.run().features(id);
  }

  /** Regions are compared cell by cell, where every scan lies as the template does. */
  private static Framing framing(WorkingScan scan, StageContext context) {
    return context.configuration().refinement().kind().comparesCells()
        ? new Framings(context).of(scan)
        : Framing.whole(scan, context.cohort().spacing());
  }
}
