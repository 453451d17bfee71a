package org.onelabel.networks.training;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.methods.Method;
import org.onelabel.networks.optimization.Optimizer;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;

/**
 * Everything that a training's next step depends on: weights of student and teacher, the
 * optimizer's memory, the best teacher so far, the history. Random numbers are drawn anew in each
 * step from the seed and the step's number, so they need no state.
 */
final class TrainingState {
  private static final String HISTORY_SEPARATOR = ";";

  final Specialist student;
  final Specialist teacher;
  final Optimizer optimizer;
  final Method method;
  final List<Training.Progress> history = new ArrayList<>();
  Map<String, Tensor> best;
  Validation bestValidation = Validation.NONE;
  int bestIteration;
  int iteration;

  TrainingState(Specialist student, Specialist teacher, Optimizer optimizer, Method method) {
    this.student = student;
    this.teacher = teacher;
    this.optimizer = optimizer;
    this.method = method;
  }

  /** The state as a file; {@code seed} names the training. */
  Safetensors save(long seed) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    student.weights().forEach((name, tensor) -> tensors.put("student." + name, tensor));
    teacher.weights().forEach((name, tensor) -> tensors.put("teacher." + name, tensor));
    List<NDArray> memory = memory();
    for (int i = 0; i < memory.size(); i++) {
      float[] values = memory.get(i).toFloatArray();
      tensors.put("memory." + i, Tensor.of(values, values.length));
    }
    if (best != null) {
      best.forEach((name, tensor) -> tensors.put("best." + name, tensor));
    }
    StringBuilder steps = new StringBuilder();
    for (Training.Progress p : history) {
      steps.append(p.loss()).append(' ').append(p.gradientNorm()).append(' ');
      steps.append(text(p.validation())).append(HISTORY_SEPARATOR);
    }
    return new Safetensors(
        tensors,
        Map.of(
            "seed", Long.toString(seed),
            "bestValidation", text(bestValidation),
            "bestIteration", Integer.toString(bestIteration),
            "history", steps.toString()));
  }

  /**
   * Takes over a state that was saved by the training of that seed.
   *
   * @return false, and nothing is changed, if it is another training's or not whole
   */
  boolean load(Safetensors file, long seed) {
    if (!Long.toString(seed).equals(file.metadata().get("seed"))) {
      return false;
    }
    List<NDArray> memory = memory();
    Saved saved;
    try {
      saved = Saved.of(file, memory.size());
      student.network().weights().requireFits(saved.student);
      teacher.network().weights().requireFits(saved.teacher);
      if (!saved.best.isEmpty()) {
        teacher.network().weights().requireFits(saved.best);
      }
      for (int i = 0; i < saved.memory.size(); i++) {
        if (saved.memory.get(i).size() != memory.get(i).size()) {
          return false;
        }
      }
    } catch (IllegalArgumentException _) {
      return false;
    }
    student.network().weights().load(saved.student);
    teacher.network().weights().load(saved.teacher);
    for (int i = 0; i < saved.memory.size(); i++) {
      memory.get(i).set(saved.memory.get(i).floats());
    }
    best = saved.best.isEmpty() ? null : saved.best;
    bestValidation = saved.bestValidation;
    bestIteration = saved.bestIteration;
    iteration = saved.history.size();
    history.addAll(saved.history);
    return true;
  }

  /** What optimizer and method remember. */
  private List<NDArray> memory() {
    List<NDArray> all = new ArrayList<>(optimizer.memory());
    all.addAll(method.memory());
    return all;
  }

  /** The score, then the classes that are lost, such as {@code 0.5,1,3}. */
  private static String text(Validation validation) {
    StringBuilder text = new StringBuilder().append(validation.score());
    validation.lost().forEach(structure -> text.append(',').append(structure));
    return text.toString();
  }

  private static Validation validation(String text) {
    String[] numbers = text.split(",", -1);
    List<Integer> lost = Arrays.stream(numbers, 1, numbers.length).map(Integer::valueOf).toList();
    return new Validation(Double.parseDouble(numbers[0]), lost);
  }

  /** What a file holds, all of it read. */
  record Saved(
      Map<String, Tensor> student,
      Map<String, Tensor> teacher,
      Map<String, Tensor> best,
      List<Tensor> memory,
      Validation bestValidation,
      int bestIteration,
      List<Training.Progress> history) {

    /** Reads; what is missing or no number is an {@link IllegalArgumentException}. */
    static Saved of(Safetensors file, int memories) {
      List<Tensor> memory = new ArrayList<>();
      for (int i = 0; i < memories; i++) {
        memory.add(file.get("memory." + i));
      }
      return new Saved(
          part(file, "student."),
          part(file, "teacher."),
          part(file, "best."),
          memory,
          validation(file.metadata().getOrDefault("bestValidation", "")),
          Integer.parseInt(file.metadata().getOrDefault("bestIteration", "")),
          history(file.metadata().getOrDefault("history", "")));
    }

    private static List<Training.Progress> history(String text) {
      List<Training.Progress> steps = new ArrayList<>();
      for (String line : text.split(HISTORY_SEPARATOR, -1)) {
        if (!line.isEmpty()) {
          String[] numbers = line.split(" ", -1);
          if (numbers.length != 3) {
            throw new IllegalArgumentException("a step of " + numbers.length + " numbers");
          }
          steps.add(
              new Training.Progress(
                  steps.size() + 1,
                  Double.parseDouble(numbers[0]),
                  Double.parseDouble(numbers[1]),
                  validation(numbers[2])));
        }
      }
      return steps;
    }
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
