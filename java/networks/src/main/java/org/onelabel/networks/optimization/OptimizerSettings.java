package org.onelabel.networks.optimization;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How an optimizer steps. What is wrong is an {@link IllegalArgumentException} that begins with the
 * setting's name in JSON.
 *
 * @param kind the optimizer
 * @param learningRate learning rate at the start of a round; it falls with the power 0.9 of the
 *     remaining steps; positive
 * @param warmUp steps over which the learning rate rises from 0
 * @param clip largest Euclidean norm of the gradient; a larger gradient is scaled down to it;
 *     infinite for none
 * @param momentum momentum of the gradient; β1 of AdamW
 * @param weightDecay weight decay; decoupled for AdamW
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
