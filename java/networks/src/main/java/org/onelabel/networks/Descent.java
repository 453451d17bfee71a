package org.onelabel.networks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/** The optimiser of one training with its state. */
final class Descent {
  private final TrainingSettings settings;
  private final Specialist student;
  private final List<NDArray> velocities;
  private final List<NDArray> squares;

  /** An optimiser at rest; its state lives as long as the student. */
  Descent(TrainingSettings settings, Specialist student) {
    this.settings = settings;
    this.student = student;
    velocities = zeros(student);
    squares = settings.optimiser() == Optimiser.ADAM ? zeros(student) : List.of();
  }

  private static List<NDArray> zeros(Specialist student) {
    return student.parameters().stream().map(p -> p.getManager().zeros(p.getShape())).toList();
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
    List<NDArray> gradients = new ArrayList<>();
    for (NDArray parameter : student.parameters()) {
      NDArray gradient = parameter.getGradient();
      gradient.attach(manager);
      gradients.add(gradient);
    }
    NDArray numbers =
        manager.create(
            new float[] {
              (float) rate,
              (float) settings.momentum(),
              (float) settings.weightDecay(),
              (float) Math.min(settings.clip(), Float.MAX_VALUE),
              iteration + 1
            });
    return switch (settings.optimiser()) {
      case SGD ->
          student
              .operators()
              .inPlace("descend", numbers, List.of(student.parameters(), gradients, velocities));
      case ADAM ->
          student
              .operators()
              .inPlace(
                  "descend_adam",
                  numbers,
                  List.of(student.parameters(), gradients, velocities, squares));
    };
  }
}
