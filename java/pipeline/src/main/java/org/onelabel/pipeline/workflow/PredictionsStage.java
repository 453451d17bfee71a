package org.onelabel.pipeline.workflow;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.FileKind;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.prediction.SecondOpinion;
import org.onelabel.pipeline.prediction.Segmentation;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.quality.ScanEvidence;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.pipeline.stage.PerCaseStage;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.transfer.CasePropagation;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * Predicts every case, by the model or, where no round is better, by the propagation. What a round
 * says of the pool is known.
 */
record PredictionsStage(Declaration declaration) implements PerCaseStage {

  PredictionsStage(Configuration configuration, Dataset dataset) {
    this(declaration(configuration, dataset));
  }

  private static Declaration declaration(Configuration configuration, Dataset dataset) {
    Draft draft =
        new Draft(Kind.PREDICTIONS.once(), configuration, dataset)
            .network()
            .pool()
            .trusted()
            .others(Draft.Part.IMAGES)
            .settings("rounds")
            .needs(Workflow.trainings(configuration.rounds()))
            .needs(Workflow.predictions(configuration.rounds()))
            .needs(Kind.SELECTION.once());
    return configuration.propagates() ? draft.propagation().done() : draft.done();
  }

  @Override
  public List<String> cases(StageContext context) {
    Dataset dataset = context.cohort().dataset();
    List<Case> cases = new ArrayList<>(dataset.unlabelled());
    cases.addAll(dataset.validation());
    cases.addAll(dataset.test());
    return cases.stream().map(Case::id).toList();
  }

  @Override
  public String title() {
    return "predictions";
  }

  @Override
  public CaseWork open(StageContext context) {
    RoundFiles files = new RoundFiles(context);
    int round = files.modelRound();
    Set<String> pool = new HashSet<>(context.cohort().poolIds());
    boolean needed = context.configuration().propagates() && pool.size() < cases(context).size();
    Optional<CasePropagation> propagation =
        needed ? Optional.of(RunPropagation.ofCases(context)) : Optional.empty();
    try {
      return round > 0
          ? new ByModel(
              context,
              files,
              round,
              files.results(round),
              pool,
              propagation,
              Model.read(context.run().modelFile(), context.kernels(), context.device()))
          : new ByPropagation(context, pool, propagation);
    } catch (RuntimeException | Error e) {
      propagation.ifPresent(CasePropagation::close);
      throw e;
    }
  }

  /** Labels on the grid of a file, but where somebody looked what was seen. */
  private static LabelMap corrected(StageContext context, String id, LabelMap labels) {
    return context
        .cohort()
        .trustedLabels(id, labels.geometry())
        .map(labels::corrected)
        .orElse(labels);
  }

  /** Model and propagation together; the pool has its propagated labels already. */
  private record ByModel(
      StageContext context,
      RoundFiles files,
      int round,
      Set<Path> results,
      Set<String> pool,
      Optional<CasePropagation> propagation,
      Model model)
      implements CaseWork {

    @Override
    public void run(String id, Outputs outputs, Progress.Task task) {
      RunDirectory run = context.run();
      Path known = files.result(round, id);
      if (results.contains(known)) {
        LabelMap labels = VolumeFormats.NIFTI.readLabels(known);
        outputs.labels(run.prediction(id), corrected(context, id, labels));
        outputs.json(run.evidence(id), Json.read(run.evidence(round, id), ScanEvidence.class));
        return;
      }
      Case source = context.cohort().source(id);
      Segmentation segmentation = model.predict(source, opinion(id), task);
      outputs.labels(run.prediction(id), corrected(context, id, segmentation.labels()));
      outputs.json(run.evidence(id), segmentation.evidence());
    }

    private SecondOpinion opinion(String id) {
      return pool.contains(id)
          ? _ -> files.propagated(id)
          : scan -> propagation.map(known -> known.label(scan));
    }

    @Override
    public void close() {
      try (model) {
        propagation.ifPresent(CasePropagation::close);
      }
    }
  }

  /** The pool has its labels already. */
  private record ByPropagation(
      StageContext context, Set<String> pool, Optional<CasePropagation> propagation)
      implements CaseWork {

    @Override
    public void run(String id, Outputs outputs, Progress.Task task) {
      Cohort cohort = context.cohort();
      WorkingScan scan = cohort.scan(id);
      byte[] labels =
          pool.contains(id)
              ? context.run().readLabels(0, FileKind.PSEUDO_LABELS, id).labels()
              : propagation.orElseThrow().label(scan).labels();
      LabelMap working = new LabelMap(scan.geometry(), labels);
      outputs.labels(
          context.run().prediction(id), corrected(context, id, scan.grid().back(working)));
    }

    @Override
    public void close() {
      propagation.ifPresent(CasePropagation::close);
    }
  }
}
