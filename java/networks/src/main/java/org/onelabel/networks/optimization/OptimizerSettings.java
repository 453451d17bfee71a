package org.onelabel.networks.optimization;

/**
 * How an optimizer steps.
 *
 * @param kind how a step follows from a gradient
 * @param learningRate at the start, positive
 * @param warmUp steps over which the rate rises from 0 to its schedule
 * @param momentum of the gradient, β1, 0…1
 * @param squaresMomentum β2, 0…1, for Adam alone
 * @param weightDecay L2; decoupled for Adam
 * @param clip largest Euclidean norm of the gradient; infinite for none
 */
public record OptimizerSettings(
    OptimizerKind kind,
    double learningRate,
    int warmUp,
    double momentum,
    double squaresMomentum,
    double weightDecay,
    double clip) {
  /** β2 of Adam where nothing else is published. */
  public static final double SQUARES_MOMENTUM = 0.999;

  public OptimizerSettings {
    if (!(learningRate > 0 && clip > 0) || warmUp < 0) {
      throw new IllegalArgumentException(
          "an optimizer needs a positive rate and clip, not %s and %s; and no negative warm-up: %d"
              .formatted(learningRate, clip, warmUp));
    }
  }

  /** The same with another learning rate. */
  public OptimizerSettings withLearningRate(double rate) {
    return new OptimizerSettings(kind, rate, warmUp, momentum, squaresMomentum, weightDecay, clip);
  }

  /** The settings of the paper. */
  public static OptimizerSettings published() {
    return new OptimizerSettings(
        OptimizerKind.SGD, 0.01, 0, 0.9, SQUARES_MOMENTUM, 1e-4, Double.POSITIVE_INFINITY);
  }
}
