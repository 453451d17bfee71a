package org.onelabel.networks.training;

import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.optimization.Descent;
import org.onelabel.networks.optimization.Optimiser;
import org.onelabel.networks.optimization.Schedules;
import org.onelabel.networks.sampling.Sampling;

/**
 * How one round of training goes. {@link #published()} is the paper's.
 *
 * @param patch sides of the training patch, voxels
 * @param iterations steps of the round, after which it ends unless it still learns
 * @param extensions how often as many steps more are taken while it does
 * @param labelledBatch labelled patches a step
 * @param unlabelledBatch unlabelled patches a step
 * @param optimiser how a step follows from a gradient
 * @param learningRate at the start; falls as (1 − it/max)^0.9; at an extension it begins anew with
 *     half of what it began with before
 * @param warmUp steps over which the rate rises from 0 to its schedule
 * @param clip largest Euclidean norm of the gradient; infinite for none
 * @param momentum of the gradient descent
 * @param weightDecay L2
 * @param averageDecay of the teacher
 * @param consistency final weight of the consistency term; 0 trains without a teacher's opinion
 * @param consistencyRamp its ramp, in units of 150 iterations
 * @param sampling of patches
 * @param examineEvery steps between examinations
 * @param method what unlabelled patches teach
 * @param generalist checkpoint of SAM-Med3D, for methods that ask it; else empty
 * @param pseudo final weight of the pseudo-label term; 0 trains without pseudo-labels
 */
public record TrainingSettings(
    int[] patch,
    int iterations,
    int extensions,
    int labelledBatch,
    int unlabelledBatch,
    Optimiser optimiser,
    double learningRate,
    int warmUp,
    double clip,
    double momentum,
    double weightDecay,
    double averageDecay,
    double consistency,
    double consistencyRamp,
    Sampling sampling,
    int examineEvery,
    MethodKind method,
    double pseudo,
    String generalist) {

  private static final double RESTART = 0.5;

  public TrainingSettings {
    patch = patch.clone();
    if (iterations < 1 || extensions < 0 || labelledBatch < 1 || unlabelledBatch < 0) {
      throw new IllegalArgumentException("a round needs an iteration and a labelled patch");
    }
  }

  /** The learning rate of a step; warm restarts as in SGDR (Loshchilov and Hutter, ICLR 2017). */
  double learningRate(int iteration) {
    int restarts = iteration / iterations;
    return Math.pow(RESTART, restarts)
        * Schedules.warmUp(iteration, warmUp)
        * Schedules.learningRate(iteration % iterations, iterations, learningRate);
  }

  /** How the student steps. */
  Descent.Settings descent() {
    return new Descent.Settings(optimiser, momentum, Descent.SQUARES_MOMENTUM, weightDecay, clip);
  }

  /** The same with another learning rate. */
  public TrainingSettings withLearningRate(double rate) {
    return with(iterations, extensions, rate, examineEvery);
  }

  /** The same for so many steps and no more, examined at the end alone. */
  public TrainingSettings lasting(int steps) {
    return with(steps, 0, learningRate, steps);
  }

  private TrainingSettings with(int steps, int more, double rate, int examined) {
    return new TrainingSettings(
        patch,
        steps,
        more,
        labelledBatch,
        unlabelledBatch,
        optimiser,
        rate,
        warmUp,
        clip,
        momentum,
        weightDecay,
        averageDecay,
        consistency,
        consistencyRamp,
        sampling,
        examined,
        method,
        pseudo,
        generalist);
  }

  /** The settings of the paper. */
  public static TrainingSettings published() {
    return new TrainingSettings(
        new int[] {128, 128, 128},
        15_000,
        0,
        1,
        1,
        Optimiser.SGD,
        0.01,
        0,
        Double.POSITIVE_INFINITY,
        0.9,
        1e-4,
        0.99,
        0.1,
        200,
        new Sampling(Augmentation.PUBLISHED),
        200,
        MethodKind.MEAN_TEACHER,
        1,
        "");
  }
}
