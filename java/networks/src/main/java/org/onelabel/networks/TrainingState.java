package org.onelabel.networks;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a training's next step depends on: weights of student and teacher, the
 * optimiser's memory, the best teacher so far, the history. Random numbers are drawn anew in each
 * step from the seed and the step's number, so they need no state.
 */
final class TrainingState {
  private static final String HISTORY_SEPARATOR = ";";

  final Specialist student;
  final Specialist teacher;
  final Descent descent;
  final List<Training.Progress> history = new ArrayList<>();
  Map<String, Tensor> best;
  double bestScore = Double.NaN;
  int iteration;

  TrainingState(Specialist student, Specialist teacher, Descent descent) {
    this.student = student;
    this.teacher = teacher;
    this.descent = descent;
  }

  /** The state as a file; {@code seed} names the training. */
  Safetensors save(long seed) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    student.weights().forEach((name, tensor) -> tensors.put("student." + name, tensor));
    teacher.weights().forEach((name, tensor) -> tensors.put("teacher." + name, tensor));
    List<NDArray> memory = descent.memory();
    for (int i = 0; i < memory.size(); i++) {
      float[] values = memory.get(i).toFloatArray();
      tensors.put("memory." + i, Tensor.of(values, values.length));
    }
    if (best != null) {
      best.forEach((name, tensor) -> tensors.put("best." + name, tensor));
    }
    StringBuilder steps = new StringBuilder();
    for (Training.Progress p : history) {
      steps.append(p.loss()).append(' ').append(p.gradientNorm()).append(' ').append(p.score());
      steps.append(HISTORY_SEPARATOR);
    }
    return new Safetensors(
        tensors,
        Map.of(
            "seed", Long.toString(seed),
            "iteration", Integer.toString(iteration),
            "bestScore", Double.toString(bestScore),
            "history", steps.toString()));
  }

  /**
   * Takes over a state that was saved by the training of that seed.
   *
   * @return false, and nothing is changed, if it is another training's or not whole
   */
  boolean load(Safetensors file, long seed) {
    Map<String, String> about = file.metadata();
    if (!Long.toString(seed).equals(about.get("seed"))) {
      return false;
    }
    List<Training.Progress> steps = new ArrayList<>();
    for (String line : about.getOrDefault("history", "").split(HISTORY_SEPARATOR, -1)) {
      if (!line.isEmpty()) {
        String[] numbers = line.split(" ", -1);
        steps.add(
            new Training.Progress(
                steps.size() + 1,
                Double.parseDouble(numbers[0]),
                Double.parseDouble(numbers[1]),
                Double.parseDouble(numbers[2])));
      }
    }
    student.network().load(part(file, "student."));
    teacher.network().load(part(file, "teacher."));
    List<NDArray> memory = descent.memory();
    for (int i = 0; i < memory.size(); i++) {
      memory.get(i).set(file.get("memory." + i).floats());
    }
    Map<String, Tensor> saved = part(file, "best.");
    best = saved.isEmpty() ? null : saved;
    bestScore = Double.parseDouble(about.get("bestScore"));
    iteration = Integer.parseInt(about.get("iteration"));
    history.addAll(steps);
    return true;
  }

  private static Map<String, Tensor> part(Safetensors file, String prefix) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    file.tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), tensor);
              }
            });
    return part;
  }
}
