package org.onelabel.networks.methods;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.onelabel.networks.sampling.Batch;

/**
 * A semi-supervised method: what a step's loss is. One training has one instance, which is closed
 * after it. Not thread-safe.
 */
public interface Method extends AutoCloseable {

  /**
   * The loss of labels: supervised on the trusted patches, plus the same on the others with their
   * pseudo-labels, as {@link Step#pseudoWeight} weighs it. Gradients are recorded.
   */
  default NDArray labelLoss(Step step) {
    Batch batch = step.batch();
    NDArray logits = step.heads().logits();
    NDArray loss =
        step.supervisedLoss(
            batch.ofTrusted(logits),
            batch.ofTrusted(batch.label()),
            batch.ofTrusted(batch.weight()));
    double weight = step.pseudoWeight();
    if (!batch.hasPool() || weight == 0) {
      return loss;
    }
    NDArray pseudo =
        step.supervisedLoss(
            batch.ofPool(logits), batch.ofPool(batch.label()), batch.ofPool(batch.weight()));
    return loss.add(step.weighted(pseudo, weight));
  }

  /**
   * What the method asks of the patches without a trusted label; {@link Step#consistencyWeight}
   * weighs it. Called only where that is positive. Gradients are recorded.
   */
  NDArray consistency(Step step);

  /** What the method does after the student's step; gradients are not recorded. */
  default void after(Step step) {}

  /** All that the method remembers between steps; it is kept with the training's state. */
  default List<NDArray> memory() {
    return List.of();
  }

  @Override
  default void close() {}
}
