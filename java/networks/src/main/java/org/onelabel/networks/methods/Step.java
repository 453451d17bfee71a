package org.onelabel.networks.methods;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.SplittableRandom;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.SegmentationNetwork.Heads;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.optimization.Schedules;
import org.onelabel.networks.sampling.Batch;
import org.onelabel.networks.training.TrainingSettings;

/**
 * One step of a training, as a {@link Method} sees it.
 *
 * @param iteration from 0
 * @param manager whose arrays end with the step
 * @param heads what the student says of the batch, with gradients
 */
public record Step(
    int iteration,
    TrainingSettings settings,
    NDManager manager,
    Operators operators,
    Specialist student,
    Specialist teacher,
    Batch batch,
    Heads heads) {

  /** The random numbers of a step, PyTorch's own too: the same whichever process does it. */
  public static SplittableRandom random(long seed, int iteration) {
    SplittableRandom random = new SplittableRandom(seed ^ (iteration + 1L) * 0x9E3779B97F4A7C15L);
    Engine.getEngine(Operators.ENGINE).setRandomSeed(random.nextInt());
    return random;
  }

  /** The teacher's logits of the pool's patches under fresh noise, without gradients. */
  NDArray teacherOpinion() {
    NDArray noisy = operators.call("noise", batch.ofPool(batch.image()));
    return teacher.network().forward(noisy, true).logits();
  }

  /** The published ½(CE + Dice) of some logits. */
  NDArray supervisedLoss(NDArray logits, NDArray label, NDArray weight) {
    return operators.call("supervised_loss", logits, label, weight);
  }

  /**
   * A part of the loss times a number. DJL's own product with a number frees it at once, though the
   * gradient needs it: read from memory that is no longer ours, now and then the gradient was
   * anything. This one lives as long as the step.
   */
  public NDArray weighted(NDArray loss, double weight) {
    return operators.call("weighted", loss, manager.create((float) weight));
  }

  /** What the pseudo-labels count in this step. */
  double pseudoWeight() {
    return settings.pseudo() * Schedules.pseudoWeight(iteration, settings.iterations());
  }

  /** What the consistency counts in this step. */
  public double consistencyWeight() {
    return Schedules.consistencyWeight(
        iteration, settings.consistency(), settings.consistencyRamp());
  }
}
