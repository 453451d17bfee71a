package org.onelabel.networks.optimization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.operations.Updates;

/**
 * The optimizer of one network, with what it remembers; that lives as long as the weights. Not
 * thread-safe.
 */
public final class Optimizer {
  /** β2 of Adam where nothing else is published. */
  private static final double SQUARES_MOMENTUM = 0.999;

  private final OptimizerSettings settings;
  private final double squaresMomentum;
  private final List<NDArray> parameters;
  private final Updates updates;
  private final List<NDArray> velocities;
  private final List<NDArray> squares;

  /** An optimizer at rest. */
  public Optimizer(OptimizerSettings settings, List<NDArray> parameters, Operators operators) {
    this(settings, SQUARES_MOMENTUM, parameters, operators);
  }

  /**
   * The same.
   *
   * @param squaresMomentum β2, 0…1, for Adam alone
   */
  public Optimizer(
      OptimizerSettings settings,
      double squaresMomentum,
      List<NDArray> parameters,
      Operators operators) {
    this.settings = settings;
    this.squaresMomentum = squaresMomentum;
    this.parameters = parameters;
    updates = operators.updates();
    velocities = zeros(parameters);
    squares = settings.kind() == OptimizerKind.ADAM ? zeros(parameters) : List.of();
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
   * @param rate of this step, as a schedule says
   * @param manager of tensors that end with the step
   */
  public double step(int iteration, double rate, NDManager manager) {
    Updates.Stride stride =
        new Updates.Stride(
            rate,
            settings.momentum(),
            squaresMomentum,
            settings.weightDecay(),
            settings.clip(),
            iteration + 1);
    List<NDArray> gradients = gradients(manager);
    return switch (settings.kind()) {
      case SGD -> updates.gradientDescent(parameters, gradients, velocities, stride);
      case ADAM -> updates.adam(parameters, gradients, velocities, squares, stride);
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
