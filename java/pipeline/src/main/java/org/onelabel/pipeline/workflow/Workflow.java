package org.onelabel.pipeline.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.stage.Stage;
import org.onelabel.pipeline.stage.StagePlan;
import org.onelabel.volumes.dataset.Dataset;

/** The stages that a configuration asks for on a dataset. */
public final class Workflow {
  private Workflow() {}

  /** The stages in their order. */
  public static StagePlan of(Configuration configuration, Dataset dataset) {
    List<Stage> stages = new ArrayList<>();
    if (configuration.propagates()) {
      if (learnsEncoder(configuration)) {
        stages.add(new EncoderStage(configuration, dataset));
      }
      if (configuration.registration().find()) {
        stages.add(new RegistrationStage(configuration, dataset));
      }
      if (configuration.usesAtlases()) {
        stages.add(new AtlasStage(configuration, dataset));
      }
      stages.add(new FeaturesStage(configuration, dataset));
      stages.add(new PropagationStage(configuration, dataset));
    }
    for (int r = 1; r <= configuration.rounds(); r++) {
      stages.add(new TrainingStage(r, configuration, dataset));
      stages.add(new PredictionStage(r, configuration, dataset));
      if (configuration.training().labels().supervision().usesPseudoLabels()) {
        stages.add(new RefinementStage(r, configuration, dataset));
      }
    }
    stages.add(new SelectionStage(configuration, dataset));
    stages.add(new PredictionsStage(configuration, dataset));
    stages.add(new EvaluationStage(names(stages), configuration, dataset));
    stages.add(new ReportStage(names(stages), configuration, dataset));
    return new StagePlan(stages);
  }

  private static List<StageName> names(List<Stage> stages) {
    return stages.stream().map(Stage::name).toList();
  }

  /** Whether an encoder is learnt from the pool. */
  static boolean learnsEncoder(Configuration configuration) {
    return configuration.propagates() && configuration.encoder().kind().isLearnt();
  }

  /** The trainings up to a round. */
  static List<StageName> trainings(int last) {
    return IntStream.rangeClosed(1, last).mapToObj(Kind.TRAINING::in).toList();
  }

  /** The predictions of the pool up to a round. */
  static List<StageName> predictions(int last) {
    return IntStream.rangeClosed(1, last).mapToObj(Kind.PREDICTION::in).toList();
  }

  /** The stage that a round's pseudo-labels come from. */
  static StageName pseudoLabels(int round) {
    return round == 0 ? Kind.PROPAGATION.once() : Kind.REFINEMENT.in(round);
  }
}
