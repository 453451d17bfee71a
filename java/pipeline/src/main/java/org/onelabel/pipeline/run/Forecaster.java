package org.onelabel.pipeline.run;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.features.Encoder;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.framing.Framings;
import org.onelabel.pipeline.plan.Plan;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.refinement.RefinementSettings;
import org.onelabel.pipeline.stage.Stage;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.workflow.FirstWeights;
import org.onelabel.pipeline.workflow.RunEncoder;
import org.onelabel.pipeline.workflow.TrainingStage;

/**
 * Tells what a run will take before it begins: the template is registered with itself and encoded,
 * an empty patch predicted, and a few steps of training are taken and thrown away.
 */
public final class Forecaster {
  /** A registration with the template takes about as long as this many with atlases. */
  private static final int BENDS_A_REGISTRATION = 4;

  private final StageContext context;
  private final Cohort cohort;
  private final Plan plan;
  private final Configuration configuration;
  private final Framings framings;
  private final SlidingWindow window;

  /** A forecaster of the run that {@code context} is of. */
  public Forecaster(StageContext context) {
    this.context = context;
    cohort = context.cohort();
    plan = context.plan();
    configuration = context.configuration();
    framings = new Framings(context);
    window = configuration.prediction().window(plan.patch());
  }

  /** What stages that are to be done will take; empty where none of them takes long. */
  public Optional<Forecast> of(List<Stage> stages) {
    Forecast.Work work = work(stages);
    if (work.registrations() + work.steps() + work.predicted() == 0) {
      return Optional.empty();
    }
    try (Progress.Task task = context.progress().begin("timing", 4)) {
      return Optional.of(Forecast.of(costs(work, task), work));
    }
  }

  private Forecast.Work work(List<Stage> stages) {
    long registrations = 0;
    long encodings = 0;
    long steps = 0;
    long validated = 0;
    long predicted = 0;
    // Scans outside the pool that the template's labels are taken to.
    long propagated = 0;
    int pool = cohort.pool().size();
    for (Stage stage : stages) {
      switch (stage.name().kind()) {
        case REGISTRATION -> registrations += pool;
        case ATLASES ->
            registrations +=
                Math.ceilDiv(pool * configuration.registration().atlases(), BENDS_A_REGISTRATION);
        case FEATURES -> encodings += pool + 1;
        case TRAINING -> {
          int iterations = configuration.training().length().iterations();
          steps += iterations;
          validated +=
              Math.ceilDiv(iterations, configuration.training().length().validateEvery())
                  * validation(stage.name().round());
        }
        case PREDICTION -> predicted += passes() * windows(cohort.pool().stream());
        case PREDICTIONS -> {
          int cases = cohort.dataset().test().size();
          predicted += windows(cohort.validation().stream()) + cases * windows(cohort.template());
          propagated += cohort.validation().size() + cases;
        }
        case SELECTION -> propagated += cohort.validation().size();
        case ENCODER, PROPAGATION, REFINEMENT, EVALUATION, REPORT -> {
          // Short beside the others, or not to be told before.
        }
      }
    }
    boolean trains = configuration.rounds() > 0;
    if (configuration.propagates()) {
      registrations += configuration.registration().find() ? propagated : 0;
      encodings += propagated;
    }
    return new Forecast.Work(
        registrations,
        encodings,
        steps,
        validated,
        trains ? predicted : 0,
        configuration.training().length().extensions());
  }

  /** Windows of a validation. */
  private long validation(int round) {
    long watched =
        configuration.supervision(round).usesPseudoLabels()
            ? windows(cohort.pool().stream().limit(TrainingStage.WATCHED_POOL_SCANS))
            : 0;
    return windows(cohort.template()) + watched + windows(cohort.validation().stream());
  }

  /** How often a round predicts a scan. */
  private int passes() {
    RefinementSettings refinement = configuration.refinement();
    return refinement.uncertainty().predictions(refinement.passes());
  }

  private long windows(Stream<WorkingScan> scans) {
    return scans.mapToLong(this::windows).sum();
  }

  private long windows(WorkingScan scan) {
    return window.windows(scan.shape());
  }

  private Forecast.Costs costs(Forecast.Work work, Progress.Task task) {
    int together = Math.min(context.kernels().threads(), Math.max(1, cohort.pool().size()));
    double registration = work.registrations() > 0 ? registration() / together : 0;
    task.step("a registration");
    double features = work.encodings() > 0 ? encoding() : 0;
    task.step("features");
    boolean trains = work.steps() > 0 || work.predicted() > 0;
    Map<String, Tensor> weights = trains ? FirstWeights.any(context) : Map.of();
    double step = work.steps() > 0 ? new TrialTraining(context).secondsOfAStep(weights) : 0;
    task.step("steps of training");
    double window = work.predicted() > 0 ? prediction(weights) : 0;
    task.step("a prediction");
    return new Forecast.Costs(registration, features, step, window);
  }

  private double registration() {
    Function<WorkingScan, Framing> finder = framings.finder();
    return seconds(() -> finder.apply(cohort.template()));
  }

  /** Nothing for an encoder that is learnt in the run. */
  private double encoding() {
    if (configuration.encoder().kind().isLearnt()) {
      return 0;
    }
    try (Encoder encoder = RunEncoder.open(context)) {
      Framing framing = framings.of(cohort.template());
      return seconds(() -> encoder.encode(framing.pull(cohort.template().volume())));
    }
  }

  private double prediction(Map<String, Tensor> weights) {
    int[] patch = plan.patch();
    float[] empty = new float[patch[0] * patch[1] * patch[2]];
    Scan scan = new Scan(Collections.nCopies(cohort.channels(), empty), patch, null, null);
    try (Specialist network = Specialist.of(plan.architecture(), weights, context.device())) {
      network.predict(scan, window);
      return seconds(() -> network.predict(scan, window));
    }
  }

  /** Work whose result nobody needs. */
  @FunctionalInterface
  private interface Trial {
    Object run();
  }

  private static double seconds(Trial trial) {
    long start = System.nanoTime();
    trial.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
