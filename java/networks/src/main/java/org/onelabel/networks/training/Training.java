package org.onelabel.networks.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.methods.Method;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.methods.Step;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.optimization.Descent;
import org.onelabel.networks.optimization.Schedules;
import org.onelabel.networks.sampling.Batch;
import org.onelabel.networks.sampling.Patch;
import org.onelabel.networks.sampling.PatchSampler;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.volumes.LabelMap;

/**
 * One round of specialist training: supervised loss on the labelled patch, pseudo-label loss and
 * the {@link MethodKind method's} consistency on the unlabelled one, gradient descent with
 * momentum, and a teacher that is the moving average of the student (SemiSAM-O1, section 4 of the
 * method). Given the same seed, scans and thread count the weights are the same to the last bit.
 */
public final class Training {
  /** Far more than scores of two examinations differ by chance. */
  private static final double RISE = 0.05;

  private final Architecture architecture;
  private final TrainingSettings settings;
  private final long seed;

  /** A round; refuses a patch whose sides are no multiples of what the architecture pools. */
  public Training(Architecture architecture, TrainingSettings settings, long seed) {
    architecture.layout().requireFits(settings.patch());
    this.architecture = architecture;
    this.settings = settings;
    this.seed = seed;
  }

  /**
   * What a round gave.
   *
   * @param weights of the best teacher examined; those the round began with where none was
   * @param student weights of the student after the last step; those of the best teacher where the
   *     training broke
   * @param iteration after which the best teacher was examined, 0 for the start
   * @param verdict on the best teacher
   * @param broken whether it ended early, because the loss or the weights were no finite numbers
   */
  public record Result(
      Map<String, Tensor> weights,
      Map<String, Tensor> student,
      int iteration,
      Verdict verdict,
      boolean broken,
      List<Progress> history) {}

  /**
   * What an examiner makes of a teacher.
   *
   * @param score the higher the better, NaN for none
   * @param lost classes that the teacher no longer finds
   */
  public record Verdict(double score, List<Integer> lost) {
    /** Nothing is known. */
    public static final Verdict NONE = new Verdict(Double.NaN, List.of());

    public Verdict {
      lost = List.copyOf(lost);
    }

    /** Whether a later teacher is preferred to an earlier one: the fewest lost, then the score. */
    boolean isAsGoodAs(Verdict earlier) {
      if (lost.size() != earlier.lost.size()) {
        return lost.size() < earlier.lost.size();
      }
      return Double.isNaN(earlier.score) || score >= earlier.score;
    }
  }

  /** Looks at the teacher now and then, and at the end. */
  @FunctionalInterface
  public interface Examiner {
    Verdict examine(int iteration, Specialist teacher);
  }

  /**
   * The state of a round after a step.
   *
   * @param loss of the step
   * @param gradientNorm before clipping
   * @param verdict of the examination, {@link Verdict#NONE} where there was none
   */
  public record Progress(int iteration, double loss, double gradientNorm, Verdict verdict) {}

  /** Hears of every step. */
  @FunctionalInterface
  public interface Listener {
    void after(Progress progress);
  }

  /**
   * Trains.
   *
   * @param labelled scans with a trusted label
   * @param unlabelled scans with a pseudo-label, or none
   * @param start weights to begin with, or null for a fresh initialisation
   * @param examiner asked every {@code examineEvery} iterations and after the last
   */
  public Result run(
      List<Scan> labelled,
      List<Scan> unlabelled,
      Map<String, Tensor> start,
      Examiner examiner,
      Listener listener) {
    return run(labelled, unlabelled, start, examiner, listener, Checkpoints.NONE);
  }

  /**
   * Trains, and goes on where another process was stopped: the result is the same to the last bit.
   *
   * @param checkpoints hold the state between processes
   */
  public Result run(
      List<Scan> labelled,
      List<Scan> unlabelled,
      Map<String, Tensor> start,
      Examiner examiner,
      Listener listener,
      Checkpoints checkpoints) {
    try (Specialist student = Specialist.blank(architecture, start);
        Specialist teacher = Specialist.blank(architecture, start);
        Method method = settings.method().create(student, settings, new SplittableRandom(~seed))) {
      if (start == null) {
        student.network().weights().initialise(new SplittableRandom(seed));
      } else {
        student.network().weights().load(start);
      }
      Map<String, Tensor> begun = student.weights();
      teacher.network().weights().load(begun);
      student.network().weights().requireGradients();
      Descent descent = new Descent(settings.descent(), student.parameters(), student.operators());
      TrainingState state = new TrainingState(student, teacher, descent, method);
      Safetensors kept = checkpoints.load();
      if (kept != null && state.load(kept, seed)) {
        state.history.forEach(listener::after);
      }
      Batches batches = new Batches(labelled, unlabelled);
      boolean broken = false;
      while (!broken && state.iteration < planned(state)) {
        if (state.iteration > 0 && checkpoints.isDue()) {
          checkpoints.save(state.save(seed));
        }
        broken = !advance(state, batches, examiner, listener);
      }
      if (broken && isUnexamined(state) && state.teacher.isFinite()) {
        examine(state, examiner);
      }
      if (state.best == null) {
        state.teacher.network().weights().load(begun);
        state.iteration = 0;
        examine(state, examiner);
      }
      return new Result(
          state.best,
          broken ? state.best : student.weights(),
          state.bestIteration,
          state.bestVerdict,
          broken,
          state.history);
    }
  }

  /** Steps until the end as far as is known: more where it still learns when they are taken. */
  private int planned(TrainingState state) {
    int planned = settings.iterations();
    int most = planned * (1 + settings.extensions());
    while (planned < most
        && state.iteration >= planned
        && stillLearns(state.history.subList(planned - settings.iterations(), planned))) {
      planned += settings.iterations();
    }
    return planned;
  }

  /**
   * Whether more steps are worth it: the last teacher lacks a structure, or the best score of the
   * last third is well above the best before.
   */
  private static boolean stillLearns(List<Progress> steps) {
    if (!steps.getLast().verdict().lost().isEmpty()) {
      return true;
    }
    int third = steps.size() - steps.size() / 3;
    double before = best(steps.subList(0, third));
    return best(steps.subList(third, steps.size())) - before >= RISE;
  }

  /** The highest score; NaN where there is none. */
  private static double best(List<Progress> steps) {
    return steps.stream()
        .mapToDouble(step -> step.verdict().score())
        .filter(score -> !Double.isNaN(score))
        .max()
        .orElse(Double.NaN);
  }

  /** Whether the teacher has learnt since it was examined last. */
  private boolean isUnexamined(TrainingState state) {
    return state.iteration > 0 && state.iteration % settings.examineEvery() != 0;
  }

  /** One step and what follows it; false where it gave no finite numbers and does not count. */
  private boolean advance(
      TrainingState state, Batches batches, Examiner examiner, Listener listener) {
    int it = state.iteration;
    SplittableRandom random = Step.random(seed, it);
    double[] step = step(it, state, batches, random);
    if (!Double.isFinite(step[0])) {
      return false;
    }
    state.iteration++;
    boolean last = (it + 1) % settings.iterations() == 0;
    Verdict verdict = Verdict.NONE;
    if (last || (it + 1) % settings.examineEvery() == 0) {
      if (!state.teacher.isFinite()) {
        return false;
      }
      verdict = examine(state, examiner);
    }
    Progress progress = new Progress(it + 1, step[0], step[1], verdict);
    state.history.add(progress);
    listener.after(progress);
    return true;
  }

  /** Examines the teacher and keeps it where it is the best; a later one wins a tie. */
  private static Verdict examine(TrainingState state, Examiner examiner) {
    Map<String, Tensor> weights = state.teacher.weights();
    Verdict verdict = examiner.examine(state.iteration, state.teacher);
    if (state.best == null || verdict.isAsGoodAs(state.bestVerdict)) {
      state.best = weights;
      state.bestVerdict = verdict;
      state.bestIteration = state.iteration;
    }
    return verdict;
  }

  /** One step, not taken where the loss is no finite number; the loss and the gradient's norm. */
  private double[] step(int it, TrainingState state, Batches batches, SplittableRandom random) {
    Specialist student = state.student;
    Operators operators = student.operators();
    try (NDManager manager = student.manager().newSubManager()) {
      Batch batch = batches.next(manager, random);
      double value;
      Step step;
      try (GradientCollector collector =
          Engine.getEngine(Operators.ENGINE).newGradientCollector()) {
        step =
            new Step(
                it,
                settings,
                manager,
                operators,
                student,
                state.teacher,
                batch,
                student.network().forward(batch.image(), true));
        NDArray loss = state.method.labelLoss(step);
        double weight = step.consistencyWeight();
        if (batch.hasPool() && weight > 0) {
          loss = loss.add(step.weighted(state.method.consistency(step), weight));
        }
        value = loss.getFloat();
        collector.backward(loss);
      }
      if (!Double.isFinite(value)) {
        return new double[] {value, Double.NaN};
      }
      double norm = state.descent.step(it, settings.learningRate(it), manager);
      state.method.after(step);
      double decay = Schedules.averageDecay(it, settings.averageDecay());
      operators.inPlace(
          "average",
          manager.create((float) decay),
          List.of(state.teacher.parameters(), student.parameters()));
      return new double[] {value, norm};
    }
  }

  /** Cuts patches into buffers that are used again every step. */
  final class Batches {
    private final List<Scan> labelled;
    private final List<Scan> unlabelled;
    private final PatchSampler sampler =
        new PatchSampler(settings.patch(), settings.sampling(), architecture.position());
    private final int size;
    private final int voxels;
    private final ByteBuffer image;
    private final ByteBuffer label;
    private final ByteBuffer weight;

    Batches(List<Scan> labelled, List<Scan> unlabelled) {
      this.labelled = labelled;
      this.unlabelled = unlabelled;
      int[] patch = settings.patch();
      voxels = patch[0] * patch[1] * patch[2];
      size = settings.labelledBatch() + (unlabelled.isEmpty() ? 0 : settings.unlabelledBatch());
      image = direct(4L * size * architecture.inputs() * voxels);
      label = direct(8L * size * voxels);
      weight = direct(4L * size * voxels);
    }

    private static ByteBuffer direct(long bytes) {
      return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }

    Batch next(NDManager manager, SplittableRandom random) {
      List<Patch> patches = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        List<Scan> scans = i < settings.labelledBatch() ? labelled : unlabelled;
        patches.add(sampler.sample(scans.get(random.nextInt(scans.size())), random));
      }
      FloatBuffer images = image.clear().asFloatBuffer();
      FloatBuffer weights = weight.clear().asFloatBuffer();
      label.clear();
      for (Patch patch : patches) {
        images.put(patch.image());
        weights.put(patch.weight());
        for (byte value : patch.label()) {
          // Ignored voxels weigh nothing, but have to name a class that there is.
          int structure = value & 255;
          label.putLong(structure == LabelMap.IGNORED ? 0 : structure);
        }
      }
      int[] p = settings.patch();
      Shape one = new Shape(size, 1, p[0], p[1], p[2]);
      Shape all = new Shape(size, architecture.inputs(), p[0], p[1], p[2]);
      return new Batch(
          settings.labelledBatch(),
          patches,
          manager.create(image.rewind(), all, DataType.FLOAT32),
          manager.create(label.rewind(), one, DataType.INT64),
          manager.create(weight.rewind(), one, DataType.FLOAT32));
    }
  }
}
