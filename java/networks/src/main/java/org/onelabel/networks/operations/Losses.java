package org.onelabel.networks.operations;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Losses of segmentation and of semi-supervised methods: numbers with gradients. Where nothing else
 * is said, logits are B×classes×X×Y×Z, labels B×1×X×Y×Z int64, and weights B×1×X×Y×Z.
 *
 * <p>A number that a loss is made with lives as long as the tensors it is made of, because the
 * gradient needs it. DJL's own arithmetic with numbers frees them at once.
 */
public final class Losses {
  private static final long LABELLED = 1;
  private static final long UNLABELLED = 0;

  private final ScriptModule script;

  Losses(ScriptModule script) {
    this.script = script;
  }

  /** The published ½(cross-entropy + Dice loss), each voxel with its weight. */
  public NDArray supervised(NDArray logits, NDArray label, NDArray weight) {
    return script.call("supervised_loss", logits, label, weight);
  }

  /** The cross-entropy alone. */
  public NDArray crossEntropy(NDArray logits, NDArray label, NDArray weight) {
    return script.call("cross_entropy", logits, label, weight);
  }

  /** The Dice loss alone. */
  public NDArray dice(NDArray logits, NDArray label, NDArray weight) {
    return script.call("dice_loss", logits, label, weight);
  }

  /** A part of a loss times a number. */
  public NDArray weighted(NDArray loss, double weight) {
    return script.call("weighted", loss, number(loss, weight));
  }

  /** Squared differences of the softmaxes, of the logits' shape. */
  public NDArray squaredDifference(NDArray student, NDArray teacher) {
    return script.call("squared_difference", student, teacher);
  }

  /** The mean squared difference of the softmaxes. */
  public NDArray consistency(NDArray student, NDArray teacher) {
    return script.call("consistency_loss", student, teacher);
  }

  /**
   * The same over voxels that are certain.
   *
   * @param entropy B×1×X×Y×Z
   * @param threshold of the entropy, nats
   */
  public NDArray certainConsistency(
      NDArray student, NDArray teacher, NDArray entropy, double threshold) {
    return script.call(
        "certain_consistency_loss", student, teacher, entropy, number(student, threshold));
  }

  /** The mean softmax of several logits. */
  public NDArray meanProbability(List<NDArray> passes) {
    return script.callWithList("mean_probability", passes);
  }

  /** The entropy of probabilities, B×1×X×Y×Z nats. */
  public NDArray entropy(NDArray probabilities) {
    return script.call("predictive_entropy", probabilities);
  }

  /**
   * DTC's loss of labels.
   *
   * @param distance signed distances of the second head, B×classes×X×Y×Z
   * @param truth true signed distances, B×structures×X×Y×Z
   */
  public NDArray dualTask(
      NDArray logits, NDArray distance, NDArray label, NDArray weight, NDArray truth) {
    return script.call("dual_task_loss", logits, distance, label, weight, truth);
  }

  /** How far DTC's two heads disagree. */
  public NDArray dualTaskConsistency(NDArray logits, NDArray distance) {
    return script.call("dual_task_consistency", logits, distance);
  }

  /**
   * DAN's cross-entropy of a discriminator.
   *
   * @param scores B×2
   * @param labelled what the discriminator is to say
   */
  public NDArray adversarial(NDArray scores, boolean labelled) {
    long[] wanted = new long[(int) scores.getShape().get(0)];
    Arrays.fill(wanted, labelled ? LABELLED : UNLABELLED);
    return script.call(
        "adversarial_loss",
        scores,
        scores.getManager().create(wanted, new Shape(wanted.length, 1)));
  }

  /**
   * InfoNCE of two windows' vectors, in both directions.
   *
   * @param a 1×D×X×Y×Z of the first window; {@code b} of the second
   * @param places 2×N int64: voxels of the first and of the second window that are the same place
   */
  public NDArray contrast(NDArray a, NDArray b, NDArray places, double temperature) {
    return script.call("contrast", a, b, places, number(a, 1 / temperature));
  }

  private static NDArray number(NDArray beside, double value) {
    return beside.getManager().create((float) value);
  }
}
