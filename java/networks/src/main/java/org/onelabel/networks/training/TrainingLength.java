package org.onelabel.networks.training;

import java.util.List;

/**
 * How many steps a round takes. What is wrong is an {@link IllegalArgumentException} that begins
 * with the setting's name.
 *
 * @param iterations steps of the round, after which it ends unless it still learns
 * @param extensions how often as many steps more are taken while it does
 * @param validateEvery steps between validations
 */
public record TrainingLength(int iterations, int extensions, int validateEvery) {
  /** Far more than scores of two validations differ by chance. */
  private static final double RISE = 0.05;

  public TrainingLength {
    requireAtLeast("iterations", iterations, 1);
    requireAtLeast("extensions", extensions, 0);
    requireAtLeast("validateEvery", validateEvery, 1);
  }

  private static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be %d at least, not %d".formatted(name, least, value));
    }
  }

  /** Whether the teacher is validated after so many steps. */
  boolean isValidated(int steps) {
    return steps % iterations == 0 || steps % validateEvery == 0;
  }

  /** Steps until the end as far as is known: more where it still learns when they are taken. */
  int planned(List<Training.Progress> history) {
    int planned = iterations;
    int most = planned * (1 + extensions);
    while (planned < most
        && history.size() >= planned
        && stillLearns(history.subList(planned - iterations, planned))) {
      planned += iterations;
    }
    return planned;
  }

  /**
   * Whether more steps are worth it: the last teacher lacks a structure, or the best score of the
   * last third is well above the best before.
   */
  private static boolean stillLearns(List<Training.Progress> steps) {
    if (!steps.getLast().validation().lost().isEmpty()) {
      return true;
    }
    int third = steps.size() - steps.size() / 3;
    double before = best(steps.subList(0, third));
    return best(steps.subList(third, steps.size())) - before >= RISE;
  }

  /** The highest score; NaN where there is none. */
  private static double best(List<Training.Progress> steps) {
    return steps.stream()
        .mapToDouble(step -> step.validation().score())
        .filter(score -> !Double.isNaN(score))
        .max()
        .orElse(Double.NaN);
  }
}
