package org.onelabel.networks.operations;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** Changes of weights in place, without gradients. */
public final class Updates {
  private final ScriptModule script;

  Updates(ScriptModule script) {
    this.script = script;
  }

  /**
   * How far an optimizer's step goes.
   *
   * @param rate learning rate
   * @param momentum of the gradient, β1
   * @param squaresMomentum β2, for Adam alone
   * @param weightDecay L2; decoupled for Adam
   * @param clip largest Euclidean norm of the gradient; infinite for none
   * @param count of the step, from 1
   */
  public record Stride(
      double rate,
      double momentum,
      double squaresMomentum,
      double weightDecay,
      double clip,
      int count) {

    /** The numbers in the order that the script reads them in. */
    private NDArray numbers(NDManager manager) {
      return manager.create(
          new float[] {
            (float) rate,
            (float) momentum,
            (float) weightDecay,
            (float) Math.min(clip, Float.MAX_VALUE),
            count,
            (float) squaresMomentum
          });
    }
  }

  /**
   * A step of gradient descent with momentum; gradients are cleared.
   *
   * @return the gradients' norm before clipping
   */
  public double gradientDescent(
      List<NDArray> parameters, List<NDArray> gradients, List<NDArray> velocities, Stride stride) {
    try (NDArray numbers = stride.numbers(managerOf(gradients))) {
      return script.callInPlace("descend", numbers, List.of(parameters, gradients, velocities));
    }
  }

  /**
   * A step of AdamW; gradients are cleared.
   *
   * @return the gradients' norm before clipping
   */
  public double adam(
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> velocities,
      List<NDArray> squares,
      Stride stride) {
    try (NDArray numbers = stride.numbers(managerOf(gradients))) {
      return script.callInPlace(
          "descend_adam", numbers, List.of(parameters, gradients, velocities, squares));
    }
  }

  /** The exponential moving average: {@code decay} of the teacher, the rest of the student. */
  public void average(List<NDArray> teacher, List<NDArray> student, double decay) {
    try (NDArray number = managerOf(student).create((float) decay)) {
      script.callInPlace("average", number, List.of(teacher, student));
    }
  }

  private static NDManager managerOf(List<NDArray> arrays) {
    return arrays.getFirst().getManager();
  }
}
