package org.onelabel.networks.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.methods.Method;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.methods.Step;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.operations.ExclusiveStep;
import org.onelabel.networks.optimization.Optimizer;
import org.onelabel.networks.optimization.Schedules;
import org.onelabel.networks.sampling.Batch;
import org.onelabel.networks.sampling.Batches;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.networks.weights.Weights;

/**
 * One round of specialist training: supervised loss on the labelled patch, pseudo-label loss and
 * the {@link MethodKind method's} consistency on the unlabelled one, gradient descent with
 * momentum, and a teacher that is the moving average of the student (SemiSAM-O1, section 4 of the
 * method). On a processor the weights are the same to the last bit, given the same seed, scans and
 * thread count.
 */
public final class Training {
  private final Architecture architecture;
  private final TrainingSettings settings;
  private final long seed;
  private final ComputeDevice device;

  /**
   * A round on {@code device}; refuses a patch whose sides are no multiples of what the
   * architecture pools.
   */
  public Training(
      Architecture architecture, TrainingSettings settings, long seed, ComputeDevice device) {
    architecture.layout().requireFits(settings.batches().patch());
    this.architecture = architecture;
    this.settings = settings;
    this.seed = seed;
    this.device = device;
  }

  /**
   * What a round gave.
   *
   * @param weights of the best teacher validated; those the round began with where none was
   * @param student weights of the student after the last step; those of the best teacher where the
   *     training broke
   * @param iteration after which the best teacher was validated, 0 for the start
   * @param validation of the best teacher
   * @param broken whether it ended early, because the loss or the weights were no finite numbers
   */
  public record Result(
      Map<String, Tensor> weights,
      Map<String, Tensor> student,
      int iteration,
      Validation validation,
      boolean broken,
      List<Progress> history) {}

  /**
   * The state of a round after a step.
   *
   * @param loss of the step
   * @param gradientNorm before clipping
   * @param validation {@link Validation#NONE} where there was none
   */
  public record Progress(int iteration, double loss, double gradientNorm, Validation validation) {}

  /** Hears of every step. */
  @FunctionalInterface
  public interface Listener {
    /** A step is done. */
    void after(Progress progress);
  }

  /**
   * Trains.
   *
   * @param labelled scans with a trusted label
   * @param unlabelled scans with a pseudo-label, or without to learn nothing but consistency; may
   *     be none
   * @param start weights to begin with; empty for a fresh initialisation
   * @param validator asked every {@code validateEvery} iterations and after the last
   */
  public Result run(
      List<Scan> labelled,
      List<Scan> unlabelled,
      Optional<Map<String, Tensor>> start,
      Validator validator,
      Listener listener) {
    return run(labelled, unlabelled, start, validator, listener, Checkpoints.NONE);
  }

  /**
   * Trains, and goes on where another process was stopped: the result is the same to the last bit.
   *
   * @param checkpoints hold the state between processes
   */
  public Result run(
      List<Scan> labelled,
      List<Scan> unlabelled,
      Optional<Map<String, Tensor>> start,
      Validator validator,
      Listener listener,
      Checkpoints checkpoints) {
    try (Specialist student = blank(start);
        Specialist teacher = blank(start);
        Method method =
            settings
                .method()
                .kind()
                .create(student, settings.method(), new SplittableRandom(~seed))) {
      Weights own = student.network().weights();
      start.ifPresentOrElse(own::load, () -> own.initialise(new SplittableRandom(seed)));
      Map<String, Tensor> begun = student.weights();
      teacher.network().weights().load(begun);
      own.requireGradients();
      Optimizer optimizer =
          new Optimizer(settings.optimizer(), student.parameters(), student.operators());
      TrainingState state = new TrainingState(student, teacher, optimizer, method);
      Optional<Safetensors> kept = checkpoints.load();
      if (kept.isPresent() && state.load(kept.get(), seed)) {
        state.history.forEach(listener::after);
      }
      Batches batches =
          new Batches(settings.batches(), architecture.position(), labelled, unlabelled);
      boolean broken = false;
      while (!broken && state.iteration < settings.length().planned(state.history)) {
        if (state.iteration > 0 && checkpoints.isDue()) {
          checkpoints.save(state.save(seed));
        }
        broken = !advance(state, batches, validator, listener);
      }
      if (broken && isUnvalidated(state) && state.teacher.isFinite()) {
        validate(state, validator);
      }
      if (state.best == null) {
        state.teacher.network().weights().load(begun);
        state.iteration = 0;
        validate(state, validator);
      }
      return new Result(
          state.best,
          broken ? state.best : student.weights(),
          state.bestIteration,
          state.bestValidation,
          broken,
          state.history);
    }
  }

  private Specialist blank(Optional<Map<String, Tensor>> start) {
    return start
        .map(weights -> Specialist.blank(architecture, weights, device))
        .orElseGet(() -> Specialist.blank(architecture, device));
  }

  /** Whether the teacher has learnt since it was validated last. */
  private boolean isUnvalidated(TrainingState state) {
    return state.iteration > 0 && state.iteration % settings.length().validateEvery() != 0;
  }

  /** One step and what follows it; false where it gave no finite numbers and does not count. */
  private boolean advance(
      TrainingState state, Batches batches, Validator validator, Listener listener) {
    int it = state.iteration;
    double[] step;
    try (ExclusiveStep turn = ExclusiveStep.of(state.student.manager(), seed, it)) {
      step = step(it, state, batches, turn.random());
    }
    if (!Double.isFinite(step[0])) {
      return false;
    }
    state.iteration++;
    Validation validation = Validation.NONE;
    if (settings.length().isValidated(it + 1)) {
      if (!state.teacher.isFinite()) {
        return false;
      }
      validation = validate(state, validator);
    }
    Progress progress = new Progress(it + 1, step[0], step[1], validation);
    state.history.add(progress);
    listener.after(progress);
    return true;
  }

  /** Validates the teacher and keeps it where it is the best; a later one wins a tie. */
  private static Validation validate(TrainingState state, Validator validator) {
    Map<String, Tensor> weights = state.teacher.weights();
    Validation validation = validator.validate(state.iteration, state.teacher);
    if (state.best == null || validation.isAsGoodAs(state.bestValidation)) {
      state.best = weights;
      state.bestValidation = validation;
      state.bestIteration = state.iteration;
    }
    return validation;
  }

  /** One step, not taken where the loss is no finite number; the loss and the gradient's norm. */
  private double[] step(int it, TrainingState state, Batches batches, SplittableRandom random) {
    Specialist student = state.student;
    try (NDManager manager = student.manager().newSubManager()) {
      Batch batch = batches.next(manager, random);
      double value;
      Step step;
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        step =
            new Step(
                it,
                settings.length().iterations(),
                settings.method(),
                student,
                state.teacher,
                batch,
                student.network().forward(batch.image(), true));
        NDArray loss = step.loss(state.method);
        value = loss.getFloat();
        collector.backward(loss);
      }
      if (!Double.isFinite(value)) {
        return new double[] {value, Double.NaN};
      }
      double norm = state.optimizer.step(it, settings.learningRate(it), manager);
      state.method.after(step);
      double decay = Schedules.averageDecay(it, settings.method().averageDecay());
      student
          .operators()
          .updates()
          .average(state.teacher.parameters(), student.parameters(), decay);
      return new double[] {value, norm};
    }
  }
}
