package org.onelabel.pipeline.workflow;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.FileKind;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.prediction.Prediction;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.quality.ScanEvidence;
import org.onelabel.pipeline.refinement.RefinementSettings;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.pipeline.stage.PerCaseStage;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.uncertainty.Uncertainty;
import org.onelabel.pipeline.uncertainty.UncertaintyKind;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.dataset.Dataset;

/**
 * Predicts the pool with the specialist of a round. What the run says of the pool, if this round is
 * chosen, is written as well: the network need not be asked again. What the propagation counts in
 * this is no input of the stage, as with another weight no training would change.
 */
record PredictionStage(Declaration declaration) implements PerCaseStage {

  PredictionStage(int round, Configuration configuration, Dataset dataset) {
    this(declaration(round, configuration, dataset));
  }

  private static Declaration declaration(int round, Configuration configuration, Dataset dataset) {
    Draft draft =
        new Draft(Kind.PREDICTION.in(round), configuration, dataset)
            .needs(Kind.TRAINING.in(round))
            .network()
            .pool()
            .settings("refinement.uncertainty");
    if (configuration.propagates()) {
      draft.needs(Kind.PROPAGATION.once());
    }
    if (configuration.refinement().uncertainty().needsDropout()) {
      draft.settings("seed", "refinement.passes");
    }
    return draft.done();
  }

  @Override
  public List<String> cases(StageContext context) {
    return context.cohort().poolIds();
  }

  @Override
  public String title() {
    return "round " + name().round() + ": prediction";
  }

  @Override
  public CaseWork open(StageContext context) {
    RoundFiles files = new RoundFiles(context);
    int round = name().round();
    Model teacher = files.model(round, files.weightsFile(round));
    try {
      UncertaintyKind kind = context.configuration().refinement().uncertainty();
      Optional<Model> student =
          kind.needsStudent()
              ? Optional.of(files.model(round, files.studentFile(round)))
              : Optional.empty();
      return new Predicting(context, round, files, teacher, student);
    } catch (RuntimeException | Error e) {
      teacher.close();
      throw e;
    }
  }

  /** With a teacher and, where they are compared, its student. */
  private record Predicting(
      StageContext context, int round, RoundFiles files, Model teacher, Optional<Model> student)
      implements CaseWork {

    @Override
    public void run(String id, Outputs outputs, Progress.Task task) {
      RunDirectory run = context.run();
      WorkingScan scan = context.cohort().scan(id);
      Optional<PseudoLabel> opinion = files.propagated(id);
      Optional<byte[]> propagated =
          opinion.filter(PseudoLabel::hasStructure).map(PseudoLabel::labels);
      Prediction prediction = teacher.predict(scan, propagated, task);
      PseudoLabel label = prediction.label();
      outputs.labels(
          run.map(round, FileKind.PREDICTED, id), new LabelMap(scan.geometry(), label.labels()));
      outputs.volume(
          run.map(round, FileKind.MARGIN, id), new Volume(scan.geometry(), label.confidence()));
      float[] uncertainty = uncertainty(scan, prediction, propagated, task);
      outputs.volume(
          run.map(round, FileKind.UNCERTAINTY, id), new Volume(scan.geometry(), uncertainty));
      outputs.json(run.meanUncertainty(round, id), Map.of("meanEntropy", prediction.uncertainty()));
      outputs.json(
          run.evidence(round, id),
          ScanEvidence.of(
              label.labels(), opinion.map(PseudoLabel::labels), prediction.probabilities().length));
      teacher
          .segmentation(scan, prediction, opinion)
          .ifPresent(made -> outputs.labels(files.result(round, id), made.labels()));
    }

    private float[] uncertainty(
        WorkingScan scan, Prediction prediction, Optional<byte[]> propagated, Progress.Task task) {
      RefinementSettings settings = context.configuration().refinement();
      return switch (settings.uncertainty()) {
        case ENTROPY -> prediction.entropy();
        case MUTUAL_INFORMATION ->
            Uncertainty.ofDropout(
                teacher,
                scan,
                settings.passes(),
                context.configuration().seed() * 100 + round,
                context.kernels());
        case DISAGREEMENT ->
            Uncertainty.ofPasses(
                List.of(
                    prediction.probabilities(),
                    student.orElseThrow().predict(scan, propagated, task).probabilities()),
                context.kernels());
      };
    }

    @Override
    public void close() {
      try (teacher) {
        student.ifPresent(Model::close);
      }
    }
  }
}
