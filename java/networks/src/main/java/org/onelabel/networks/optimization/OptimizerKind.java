package org.onelabel.networks.optimization;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a step follows from a gradient. */
public enum OptimizerKind {
  /** Gradient descent with momentum, weight decay added to the gradient, as published. */
  @JsonProperty("sgd")
  SGD,
  /**
   * AdamW (Loshchilov and Hutter, ICLR 2019): the size of a step does not depend on that of the
   * gradient, and weight decay is decoupled. The momentum is β1; β2 is 0.999, ε 1e-8.
   */
  @JsonProperty("adam")
  ADAM
}
