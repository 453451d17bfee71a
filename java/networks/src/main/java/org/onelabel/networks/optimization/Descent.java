package org.onelabel.networks.optimization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.networks.operations.Operators;

/** The optimiser of one network, with what it remembers; that lives as long as the weights. */
public final class Descent {
  /** β2 of Adam where nothing else is published. */
  public static final double SQUARES_MOMENTUM = 0.999;

  /**
   * How it steps.
   *
   * @param momentum of the gradient, β1
   * @param squaresMomentum β2, for Adam alone
   * @param weightDecay L2; decoupled for Adam
   * @param clip largest Euclidean norm of the gradient; infinite for none
   */
  public record Settings(
      Optimiser optimiser,
      double momentum,
      double squaresMomentum,
      double weightDecay,
      double clip) {}

  private final Settings settings;
  private final List<NDArray> parameters;
  private final Operators operators;
  private final List<NDArray> velocities;
  private final List<NDArray> squares;

  /** An optimiser at rest. */
  public Descent(Settings settings, List<NDArray> parameters, Operators operators) {
    this.settings = settings;
    this.parameters = parameters;
    this.operators = operators;
    velocities = zeros(parameters);
    squares = settings.optimiser == Optimiser.ADAM ? zeros(parameters) : List.of();
  }

  private static List<NDArray> zeros(List<NDArray> parameters) {
    return parameters.stream().map(p -> p.getManager().zeros(p.getShape())).toList();
  }

  /** All that it remembers between steps. */
  public List<NDArray> memory() {
    List<NDArray> all = new ArrayList<>(velocities);
    all.addAll(squares);
    return all;
  }

  /**
   * Moves the parameters against their gradients, clears these, and returns their norm.
   *
   * @param iteration from 0
   */
  public double step(int iteration, double rate, NDManager manager) {
    NDArray numbers =
        manager.create(
            new float[] {
              (float) rate,
              (float) settings.momentum,
              (float) settings.weightDecay,
              (float) Math.min(settings.clip, Float.MAX_VALUE),
              iteration + 1,
              (float) settings.squaresMomentum
            });
    List<NDArray> gradients = gradients(manager);
    return switch (settings.optimiser) {
      case SGD -> operators.inPlace("descend", numbers, List.of(parameters, gradients, velocities));
      case ADAM ->
          operators.inPlace(
              "descend_adam", numbers, List.of(parameters, gradients, velocities, squares));
    };
  }

  private List<NDArray> gradients(NDManager manager) {
    List<NDArray> gradients = new ArrayList<>();
    for (NDArray parameter : parameters) {
      NDArray gradient = parameter.getGradient();
      gradient.attach(manager);
      gradients.add(gradient);
    }
    return gradients;
  }
}
