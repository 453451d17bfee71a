package org.onelabel.networks;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One round of specialist training: supervised loss on the labelled patch, pseudo-label loss and
 * Mean Teacher consistency on the unlabelled one, gradient descent with momentum, and a teacher
 * that is the moving average of the student (SemiSAM-O1, section 4 of the method). Given the same
 * seed, scans and thread count the weights are the same to the last bit.
 */
public final class Training {
  private final Architecture architecture;
  private final TrainingSettings settings;
  private final long seed;

  public Training(Architecture architecture, TrainingSettings settings, long seed) {
    this.architecture = architecture;
    this.settings = settings;
    this.seed = seed;
  }

  /**
   * What a round gave.
   *
   * @param weights of the best teacher examined, of the last one where none had a score
   * @param score of these weights, NaN where there is none
   * @param abandoned whether the examiner stopped the round; the weights are then of no use
   */
  public record Result(
      Map<String, Tensor> weights, double score, boolean abandoned, List<Progress> history) {}

  /**
   * What an examiner makes of a teacher.
   *
   * @param score the higher the better, NaN for none
   * @param hopeless whether going on makes no sense
   */
  public record Verdict(double score, boolean hopeless) {}

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
   * @param score of the examination, NaN where there was none
   */
  public record Progress(int iteration, double loss, double gradientNorm, double score) {}

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
    try (Specialist student = Specialist.blank(architecture);
        Specialist teacher = Specialist.blank(architecture)) {
      if (start == null) {
        student.network().initialise(new SplittableRandom(seed));
      } else {
        student.network().load(start);
      }
      teacher.network().load(student.network().save());
      student.network().requireGradients();
      Descent descent = new Descent(settings, student);
      TrainingState state = new TrainingState(student, teacher, descent);
      Safetensors kept = checkpoints.load();
      if (kept != null && state.load(kept, seed)) {
        student.network().requireGradients();
        state.history.forEach(listener::after);
      }
      Batches batches = new Batches(labelled, unlabelled);
      while (state.iteration < settings.iterations()) {
        if (state.iteration > 0 && checkpoints.isDue()) {
          checkpoints.save(state.save(seed));
        }
        if (advance(state, batches, examiner, listener)) {
          return new Result(state.best, state.bestScore, true, state.history);
        }
      }
      return new Result(state.best, state.bestScore, false, state.history);
    }
  }

  /** One step and what follows it; whether the examiner has given up. */
  private boolean advance(
      TrainingState state, Batches batches, Examiner examiner, Listener listener) {
    int it = state.iteration++;
    // The same numbers whichever process does this step.
    SplittableRandom random = new SplittableRandom(seed ^ (it + 1L) * 0x9E3779B97F4A7C15L);
    Engine.getEngine(Operators.ENGINE).setRandomSeed(random.nextInt());
    double[] step = step(it, state.student, state.teacher, state.descent, batches, random);
    boolean last = it == settings.iterations() - 1;
    Verdict verdict = new Verdict(Double.NaN, false);
    if (last || (it + 1) % settings.examineEvery() == 0) {
      verdict = examiner.examine(it + 1, state.teacher);
      // A later teacher wins a tie, and where nothing is scored the last one counts.
      if (Double.isNaN(state.bestScore) || verdict.score >= state.bestScore) {
        state.bestScore = verdict.score;
        state.best = state.teacher.weights();
      }
    }
    Progress progress = new Progress(it + 1, step[0], step[1], verdict.score);
    state.history.add(progress);
    listener.after(progress);
    return verdict.hopeless;
  }

  /** One step; returns the loss and the norm of the gradient. */
  private double[] step(
      int it,
      Specialist student,
      Specialist teacher,
      Descent descent,
      Batches batches,
      SplittableRandom random) {
    Operators operators = student.operators();
    try (NDManager step = student.manager().newSubManager()) {
      Batch batch = batches.next(step, random);
      int trusted = settings.labelledBatch();
      int pool = batch.size - trusted;
      double consistencyWeight =
          pool == 0
              ? 0
              : Schedules.consistencyWeight(it, settings.consistency(), settings.consistencyRamp());
      NDArray opinion = null;
      if (consistencyWeight > 0) {
        NDArray noisy = operators.call("noise", batch.image.get(trusted + ":"));
        opinion = teacher.network().logits(noisy, true);
      }
      double value;
      try (GradientCollector collector =
          Engine.getEngine(Operators.ENGINE).newGradientCollector()) {
        NDArray logits = student.network().logits(batch.image, true);
        NDArray loss =
            operators.call(
                "supervised_loss",
                logits.get(":" + trusted),
                batch.label.get(":" + trusted),
                batch.weight.get(":" + trusted));
        if (pool > 0) {
          NDArray free = logits.get(trusted + ":");
          double pseudoWeight = Schedules.pseudoWeight(it, settings.iterations());
          if (pseudoWeight > 0) {
            NDArray pseudo =
                operators.call(
                    "supervised_loss",
                    free,
                    batch.label.get(trusted + ":"),
                    batch.weight.get(trusted + ":"));
            loss = loss.add(pseudo.mul((float) pseudoWeight));
          }
          if (opinion != null) {
            loss =
                loss.add(
                    operators
                        .call("consistency_loss", free, opinion)
                        .mul((float) consistencyWeight));
          }
        }
        value = loss.getFloat();
        collector.backward(loss);
      }
      if (!Double.isFinite(value)) {
        throw new ArithmeticException("the loss became " + value + " in iteration " + (it + 1));
      }
      double norm = descent.step(it, step);
      double decay = Schedules.averageDecay(it, settings.averageDecay());
      operators.inPlace(
          "average",
          step.create((float) decay),
          List.of(teacher.parameters(), student.parameters()));
      return new double[] {value, norm};
    }
  }

  /** One batch: images B×channels×X×Y×Z, labels and weights B×1×X×Y×Z. */
  private record Batch(int size, NDArray image, NDArray label, NDArray weight) {}

  /** Cuts patches into buffers that are used again every step. */
  private final class Batches {
    private final List<Scan> labelled;
    private final List<Scan> unlabelled;
    private final PatchSampler sampler =
        new PatchSampler(settings.patch(), settings.augmentation(), architecture.position());
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

    Batch next(NDManager step, SplittableRandom random) {
      FloatBuffer images = image.clear().asFloatBuffer();
      FloatBuffer weights = weight.clear().asFloatBuffer();
      label.clear();
      for (int i = 0; i < size; i++) {
        List<Scan> scans = i < settings.labelledBatch() ? labelled : unlabelled;
        Patch patch = sampler.sample(scans.get(random.nextInt(scans.size())), random);
        images.put(patch.image());
        weights.put(patch.weight());
        for (byte value : patch.label()) {
          label.putLong(value & 255);
        }
      }
      int[] p = settings.patch();
      Shape one = new Shape(size, 1, p[0], p[1], p[2]);
      Shape all = new Shape(size, architecture.inputs(), p[0], p[1], p[2]);
      return new Batch(
          size,
          step.create(image.rewind(), all, DataType.FLOAT32),
          step.create(label.rewind(), one, DataType.INT64),
          step.create(weight.rewind(), one, DataType.FLOAT32));
    }
  }
}
