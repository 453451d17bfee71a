package org.onelabel.networks.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.SegmentationNetwork.Heads;
import org.onelabel.networks.operations.Losses;
import org.onelabel.networks.optimization.Schedules;
import org.onelabel.networks.sampling.Batch;

/**
 * One step of a training, as a {@link Method} sees it.
 *
 * @param iteration from 0
 * @param iterations of the training as it is planned
 * @param heads what the student says of the batch, with gradients
 */
public record Step(
    int iteration,
    int iterations,
    MethodSettings settings,
    Specialist student,
    Specialist teacher,
    Batch batch,
    Heads heads) {

  /** Whose tensors end with the step. */
  NDManager manager() {
    return batch.image().getManager();
  }

  Losses losses() {
    return student.operators().losses();
  }

  /** The teacher's logits of the pool's patches under fresh noise, without gradients. */
  NDArray teacherOpinion() {
    NDArray noisy = student.operators().layers().noise(batch.ofPool(batch.image()));
    return teacher.network().forward(noisy, true).logits();
  }

  /** The published ½(CE + Dice) of some logits. */
  NDArray supervisedLoss(NDArray logits, NDArray label, NDArray weight) {
    return losses().supervised(logits, label, weight);
  }

  /** A part of the loss times a number. */
  NDArray weighted(NDArray loss, double weight) {
    return losses().weighted(loss, weight);
  }

  /** What the pseudo-labels count in this step; 0 where there are none. */
  double pseudoWeight() {
    return batch.hasPseudoLabels() ? Schedules.pseudoWeight(iteration, iterations) : 0;
  }

  /** The whole loss of the step, with gradients. */
  public NDArray loss(Method method) {
    NDArray loss = method.labelLoss(this);
    double weight = consistencyWeight();
    return batch.hasPool() && weight > 0
        ? loss.add(weighted(method.consistency(this), weight))
        : loss;
  }

  /** What the consistency counts in this step. */
  double consistencyWeight() {
    return Schedules.consistencyWeight(
        iteration, settings.consistency(), settings.consistencyRamp());
  }
}
