package org.onelabel.networks.optimization;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How an optimizer steps. What is wrong is an {@link IllegalArgumentException} that begins with the
 * setting's name in JSON.
 *
 * @param kind how a step follows from a gradient
 * @param learningRate at the start, positive
 * @param warmUp steps over which the rate rises from 0 to its schedule
 * @param clip largest Euclidean norm of the gradient; infinite for none
 * @param momentum of the gradient, β1, 0…1
 * @param weightDecay L2; decoupled for Adam
 */
public record OptimizerSettings(
    @JsonProperty("optimizer") OptimizerKind kind,
    double learningRate,
    int warmUp,
    double clip,
    double momentum,
    double weightDecay) {

  public OptimizerSettings {
    if (!(learningRate > 0)) {
      throw new IllegalArgumentException("learningRate must be positive, not " + learningRate);
    }
    if (warmUp < 0) {
      throw new IllegalArgumentException("warmUp must be 0 at least, not " + warmUp);
    }
    if (!(clip > 0)) {
      throw new IllegalArgumentException("clip must be positive, not " + clip);
    }
  }

  /** The same with another learning rate. */
  public OptimizerSettings withLearningRate(double rate) {
    return new OptimizerSettings(kind, rate, warmUp, clip, momentum, weightDecay);
  }

  /** The settings of the paper. */
  public static OptimizerSettings published() {
    return new OptimizerSettings(OptimizerKind.SGD, 0.01, 0, Double.POSITIVE_INFINITY, 0.9, 1e-4);
  }
}
