package org.onelabel.networks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/** The optimiser of one training with its state. */
final class Descent {
  private static final double SQUARES_MOMENTUM = 0.999;

  private final TrainingSettings settings;
  private final Specialist student;
  private final List<NDArray> velocities;
  private final List<NDArray> squares;

  /** An optimiser at rest; its state lives as long as the student. */
  Descent(TrainingSettings settings, Specialist student) {
    this.settings = settings;
    this.student = student;
    velocities = zeros(student.parameters());
    squares = settings.optimiser() == Optimiser.ADAM ? zeros(student.parameters()) : List.of();
  }

  static List<NDArray> zeros(List<NDArray> parameters) {
    return parameters.stream().map(p -> p.getManager().zeros(p.getShape())).toList();
  }

  /** All that it remembers between steps. */
  List<NDArray> memory() {
    List<NDArray> all = new ArrayList<>(velocities);
    all.addAll(squares);
    return all;
  }

  /** Moves the student against its gradients, clears them, and returns their norm. */
  double step(int iteration, NDManager manager) {
    double rate = Schedules.learningRate(iteration, settings.iterations(), settings.learningRate());
    if (iteration < settings.warmUp()) {
      rate *= (iteration + 1.0) / settings.warmUp();
    }
    Rates rates =
        new Rates(
            rate,
            settings.momentum(),
            settings.weightDecay(),
            settings.clip(),
            iteration + 1,
            SQUARES_MOMENTUM);
    Operators operators = student.operators();
    List<NDArray> parameters = student.parameters();
    return switch (settings.optimiser()) {
      case SGD ->
          operators.inPlace(
              "descend",
              rates.array(manager),
              List.of(parameters, gradients(parameters, manager), velocities));
      case ADAM -> adam(operators, parameters, velocities, squares, rates, manager);
    };
  }

  /**
   * The numbers of a step.
   *
   * @param momentum β1
   * @param clip largest norm of the gradient
   * @param time steps up to this one, from 1
   * @param squaresMomentum β2
   */
  record Rates(
      double rate,
      double momentum,
      double weightDecay,
      double clip,
      int time,
      double squaresMomentum) {

    private NDArray array(NDManager manager) {
      return manager.create(
          new float[] {
            (float) rate,
            (float) momentum,
            (float) weightDecay,
            (float) Math.min(clip, Float.MAX_VALUE),
            time,
            (float) squaresMomentum
          });
    }
  }

  /** One step of AdamW; clears the gradients and returns their norm. */
  static double adam(
      Operators operators,
      List<NDArray> parameters,
      List<NDArray> velocities,
      List<NDArray> squares,
      Rates rates,
      NDManager manager) {
    return operators.inPlace(
        "descend_adam",
        rates.array(manager),
        List.of(parameters, gradients(parameters, manager), velocities, squares));
  }

  private static List<NDArray> gradients(List<NDArray> parameters, NDManager manager) {
    List<NDArray> gradients = new ArrayList<>();
    for (NDArray parameter : parameters) {
      NDArray gradient = parameter.getGradient();
      gradient.attach(manager);
      gradients.add(gradient);
    }
    return gradients;
  }
}
