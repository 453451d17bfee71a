package org.onelabel.kernels.experiment.trial;

import java.time.Duration;

/**
 * How a candidate is tried.
 *
 * @param threads of its kernels and the built-in ones; 0 for as many as may be used
 * @param cases random ones of each kernel, at least 1
 * @param repeat timed calls of each kernel, at least 1
 * @param limit of one call, after which the candidate is ended
 */
public record TrialSettings(int threads, int cases, int repeat, Duration limit) {

  public TrialSettings {
    if (threads < 0 || cases < 1 || repeat < 1 || !limit.isPositive()) {
      throw new IllegalArgumentException(
          "a trial needs cases, calls and time: %d, %d, %s".formatted(cases, repeat, limit));
    }
  }
}
