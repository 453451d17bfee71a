package org.onelabel.networks.training;

import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.methods.MethodSettings;
import org.onelabel.networks.optimization.OptimizerSettings;
import org.onelabel.networks.optimization.Schedules;
import org.onelabel.networks.sampling.BatchSettings;
import org.onelabel.networks.sampling.Sampling;

/**
 * How one round of training goes. {@link #published()} is the paper's.
 *
 * @param batches patches of a step
 * @param length how many steps
 * @param optimizer how the student steps; its rate falls as (1 − it/max)^0.9, and begins anew at an
 *     extension with half of what it began with before
 * @param method what unlabelled patches teach
 */
public record TrainingSettings(
    BatchSettings batches,
    TrainingLength length,
    OptimizerSettings optimizer,
    MethodSettings method) {

  private static final double RESTART = 0.5;

  /** The learning rate of a step; warm restarts as in SGDR (Loshchilov and Hutter, ICLR 2017). */
  double learningRate(int iteration) {
    int iterations = length.iterations();
    int restarts = iteration / iterations;
    return Math.pow(RESTART, restarts)
        * Schedules.warmUp(iteration, optimizer.warmUp())
        * Schedules.learningRate(iteration % iterations, iterations, optimizer.learningRate());
  }

  /** The same for so many steps and no more, validated at the end alone. */
  public TrainingSettings lasting(int steps) {
    return new TrainingSettings(batches, new TrainingLength(steps, 0, steps), optimizer, method);
  }

  /** The settings of the paper. */
  public static TrainingSettings published() {
    return new TrainingSettings(
        new BatchSettings(new int[] {128, 128, 128}, 1, 1, new Sampling(Augmentation.PUBLISHED)),
        new TrainingLength(15_000, 0, 200),
        OptimizerSettings.published(),
        MethodSettings.published());
  }
}
