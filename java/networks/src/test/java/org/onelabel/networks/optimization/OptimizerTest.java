package org.onelabel.networks.optimization;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.operations.Operators;

class OptimizerTest {
  private static final double RATE = 0.01;
  private static final double MOMENTUM = 0.9;
  private static final double MEMORY = 0.99;
  private static final double DECAY = 0.1;
  private static final double CLIP = 2;

  /** Three steps down Σ s·w²/2, against the formulas of AdamW in float64. */
  @Test
  void adamStepsAreThoseOfFloat64() {
    double[] slopes = {4, -1, 0.5};
    double[] weights = {1, -2, 3};
    double[] velocity = new double[3];
    double[] square = new double[3];
    OptimizerSettings settings =
        new OptimizerSettings(OptimizerKind.ADAM, RATE, 0, CLIP, MOMENTUM, DECAY);
    try (NDManager manager = ComputeDevice.cpu().newManager();
        Operators operators = new Operators(manager)) {
      NDArray parameter = manager.create(new float[] {1, -2, 3});
      parameter.setRequiresGradient(true);
      Optimizer optimizer = new Optimizer(settings, MEMORY, List.of(parameter), operators);
      NDArray half = manager.create(new float[] {2, -0.5f, 0.25f}, new Shape(3));
      for (int it = 0; it < 3; it++) {
        try (NDManager step = manager.newSubManager()) {
          try (GradientCollector collector = step.getEngine().newGradientCollector()) {
            collector.backward(parameter.mul(parameter).mul(half).sum());
          }
          double norm = 0;
          for (int i = 0; i < 3; i++) {
            norm += slopes[i] * weights[i] * slopes[i] * weights[i];
          }
          norm = Math.sqrt(norm);
          assertEquals(norm, optimizer.step(it, RATE, step), 1e-5 * norm);
          for (int i = 0; i < 3; i++) {
            double gradient = slopes[i] * weights[i] * Math.min(1, CLIP / norm);
            velocity[i] = MOMENTUM * velocity[i] + (1 - MOMENTUM) * gradient;
            square[i] = MEMORY * square[i] + (1 - MEMORY) * gradient * gradient;
            double first = velocity[i] / (1 - Math.pow(MOMENTUM, it + 1));
            double second = square[i] / (1 - Math.pow(MEMORY, it + 1));
            weights[i] -= RATE * DECAY * weights[i] + RATE * first / (Math.sqrt(second) + 1e-8);
            assertEquals(weights[i], parameter.toFloatArray()[i], 1e-6);
          }
        }
      }
    }
  }
}
