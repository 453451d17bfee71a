package org.onelabel.pipeline;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.Configuration.EncoderKind;
import org.onelabel.pipeline.Configuration.Supervision;
import org.onelabel.pipeline.Configuration.UncertaintyKind;

/**
 * Tells what a run will take before it begins: the template is registered with itself and encoded,
 * an empty patch predicted, and a few steps of training are taken and thrown away.
 */
final class Forecaster {
  private final Cohort cohort;
  private final Plan plan;
  private final Configuration configuration;
  private final RunDirectory run;
  private final Kernels kernels;
  private final ComputeDevice device;
  private final Framings framings;
  private final Rounds rounds;
  private final SlidingWindow window;

  Forecaster(
      Cohort cohort,
      Plan plan,
      RunDirectory run,
      Kernels kernels,
      ComputeDevice device,
      Framings framings,
      Rounds rounds) {
    this.cohort = cohort;
    this.plan = plan;
    this.run = run;
    this.kernels = kernels;
    this.device = device;
    this.framings = framings;
    this.rounds = rounds;
    configuration = run.configuration();
    window = Model.Recipe.window(plan.patch(), configuration.prediction());
  }

  /** What stages that are to be done will take; empty where none of them takes long. */
  Optional<Forecast> of(List<Stage> stages, Progress progress) {
    Forecast.Work work = work(stages);
    if (work.registrations() + work.steps() + work.predicted() == 0) {
      return Optional.empty();
    }
    try (Progress.Task task = progress.begin("timing", 4)) {
      return Optional.of(Forecast.of(costs(work, task), work));
    }
  }

  private Forecast.Work work(List<Stage> stages) {
    long registrations = 0;
    long encodings = 0;
    long steps = 0;
    long validated = 0;
    long predicted = 0;
    int pool = cohort.pool().size();
    for (Stage stage : stages) {
      switch (stage.kind()) {
        case REGISTRATION -> registrations += pool;
        case FEATURES -> encodings += pool + 1;
        case TRAINING -> {
          int iterations = configuration.training().iterations();
          steps += iterations;
          validated +=
              Math.ceilDiv(iterations, configuration.training().validateEvery())
                  * validation(stage.round());
        }
        case PREDICTION -> predicted += passes() * windows(cohort.pool().stream());
        case PREDICTIONS -> {
          int cases = cohort.dataset().test().size();
          predicted +=
              windows(Stream.concat(cohort.pool().stream(), cohort.validation().stream()))
                  + cases * windows(cohort.template());
        }
        case ENCODER, PROPAGATION, REFINEMENT, EVALUATION, REPORT -> {
          // Short beside the others, or not to be told before.
        }
      }
    }
    boolean trains = configuration.rounds() > 0;
    return new Forecast.Work(
        registrations,
        encodings,
        steps,
        validated,
        trains ? predicted : 0,
        configuration.training().extensions());
  }

  /** Windows of a validation. */
  private long validation(int round) {
    long watched =
        configuration.supervision(round) == Supervision.TEMPLATE_AND_POOL
            ? windows(cohort.pool().stream().limit(Rounds.WATCHED_POOL_SCANS))
            : 0;
    return windows(cohort.template()) + watched + windows(cohort.validation().stream());
  }

  /** How often a round predicts a scan. */
  private int passes() {
    UncertaintyKind kind = configuration.refinement().uncertainty();
    return switch (kind) {
      case ENTROPY -> 1;
      case DISAGREEMENT -> 2;
      case MUTUAL_INFORMATION -> 1 + configuration.refinement().passes();
    };
  }

  private long windows(Stream<WorkingScan> scans) {
    return scans.mapToLong(this::windows).sum();
  }

  private long windows(WorkingScan scan) {
    return window.windows(scan.shape());
  }

  private Forecast.Costs costs(Forecast.Work work, Progress.Task task) {
    int together = Math.min(kernels.threads(), Math.max(1, cohort.pool().size()));
    double registration = work.registrations() > 0 ? registration() / together : 0;
    task.step("a registration");
    double features = work.encodings() > 0 ? encoding() : 0;
    task.step("features");
    boolean trains = work.steps() > 0 || work.predicted() > 0;
    Map<String, Tensor> weights = trains ? rounds.anyWeights() : Map.of();
    double step = work.steps() > 0 ? rounds.secondsOfAStep(weights) : 0;
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
    if (configuration.encoder().kind() == EncoderKind.POOL) {
      return 0;
    }
    try (Encoder encoder = Encoders.open(configuration, plan, run, device)) {
      Framing framing = framings.of(cohort.template());
      return seconds(() -> encoder.encode(framing.pull(cohort.template().volume())));
    }
  }

  private double prediction(Map<String, Tensor> weights) {
    int[] patch = plan.patch();
    float[] empty = new float[patch[0] * patch[1] * patch[2]];
    Scan scan = new Scan(Collections.nCopies(cohort.channels(), empty), patch, null, null);
    try (Specialist network = Specialist.of(plan.architecture(), weights, device)) {
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
