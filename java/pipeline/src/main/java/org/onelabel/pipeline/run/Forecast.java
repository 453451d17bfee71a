package org.onelabel.pipeline.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How long the stages of a run that are left will take.
 *
 * @param registration seconds
 * @param features of computing them
 * @param training in as many steps as are planned
 * @param extensions of trainings that need all the steps they may have, beside those
 * @param prediction of the pool in every round and of the other cases in the end
 */
public record Forecast(
    double registration, double features, double training, double extensions, double prediction) {
  /** What is quicker than this share of the whole is not named. */
  private static final double NAMED = 0.03;

  /**
   * What single pieces of work take, seconds.
   *
   * @param registration of one scan, beside others in as many threads as there are
   * @param features of one scan
   * @param step of a training
   * @param window that the network predicts
   */
  record Costs(double registration, double features, double step, double window) {}

  /**
   * The work that is left, in pieces.
   *
   * @param registrations of scans
   * @param encodings of scans
   * @param steps of all trainings
   * @param validated windows that all validations look at
   * @param predicted windows after them
   * @param extensions how often a training may go on
   */
  record Work(
      long registrations,
      long encodings,
      long steps,
      long validated,
      long predicted,
      int extensions) {}

  static Forecast of(Costs costs, Work work) {
    double training = work.steps * costs.step + work.validated * costs.window;
    return new Forecast(
        work.registrations * costs.registration,
        work.encodings * costs.features,
        training,
        work.extensions * training,
        work.predicted * costs.window);
  }

  private double seconds() {
    return registration + features + training + prediction;
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    name("registration", registration, parts);
    name("features", features, parts);
    name("training", training, parts);
    name("prediction", prediction, parts);
    String more =
        extensions > 0
            ? "; up to %s where trainings need more steps".formatted(time(seconds() + extensions))
            : "";
    return "this takes about %s: %s%s".formatted(time(seconds()), String.join(", ", parts), more);
  }

  private void name(String part, double seconds, List<String> parts) {
    if (seconds > NAMED * seconds()) {
      parts.add(part + " " + time(seconds));
    }
  }

  private static String time(double seconds) {
    return seconds < 90
        ? String.format(Locale.ROOT, "%.0f s", seconds)
        : seconds < 5400
            ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
            : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }
}
