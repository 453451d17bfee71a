package org.onelabel.pipeline.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.training.Training;
import org.onelabel.networks.training.TrainingSettings;
import org.onelabel.networks.training.Validation;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.training.Supervision;

/** A few steps of training on the template alone, which are thrown away. */
final class TrialTraining {
  private static final int STEPS = 3;

  private final StageContext context;

  TrialTraining(StageContext context) {
    this.context = context;
  }

  /**
   * Seconds of a step of the last round: the quickest of a few.
   *
   * @param weights to begin with
   */
  double secondsOfAStep(Map<String, Tensor> weights) {
    Configuration configuration = context.configuration();
    Supervision supervision = configuration.supervision(configuration.rounds());
    Scan trusted = context.cohort().labelledTemplate();
    List<Scan> unlabelled =
        switch (supervision) {
          case TEMPLATE_ONLY, ALL_LABELS -> List.of();
          case TEMPLATE_AND_UNLABELLED -> List.of(context.cohort().template().scan());
          case TEMPLATE_AND_POOL -> List.of(trusted);
        };
    TrainingSettings settings =
        configuration
            .training()
            .training(context.plan().patch(), context.plan().sampling(), unlabelled.isEmpty())
            .lasting(STEPS);
    List<Long> times = new ArrayList<>();
    new Training(context.plan().architecture(), settings, configuration.seed(), context.device())
        .run(
            List.of(trusted),
            unlabelled,
            Optional.of(weights),
            (_, _) -> Validation.NONE,
            _ -> times.add(System.nanoTime()));
    long quickest = Long.MAX_VALUE;
    for (int i = 1; i < times.size(); i++) {
      quickest = Math.min(quickest, times.get(i) - times.get(i - 1));
    }
    return times.size() < 2 ? 0 : quickest / 1e9;
  }
}
