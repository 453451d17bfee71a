package org.onelabel.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a round left; the content of {@code round.json}. Round 0 is the propagation.
 *
 * @param iteration after which its best teacher was examined; 0 for the weights it began with, and
 *     in round 0
 * @param validation mean Dice on the validation cases; NaN where none has a value
 * @param lost structures that its specialist does not find on the scans it learnt from; in round 0
 *     those that no scan of the pool has
 * @param broken whether the training ended early, because the loss was no finite number
 */
record RoundSummary(
    int round, int iteration, double validation, List<String> lost, boolean broken) {
  /**
   * By how much more Dice than a model the propagation is to be taken: seeds of a training differ
   * by as much (docs/results.md), and few validation cases tell no less.
   */
  private static final double AHEAD = 0.01;

  RoundSummary {
    lost = List.copyOf(lost);
  }

  /** What is to be known beside its results, a line each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (broken) {
      String kept = iteration == 0 ? "the weights it began with count" : "the best teacher counts";
      warnings.add("round %d: the loss became no finite number; %s".formatted(round, kept));
    }
    String who = round == 0 ? "the propagation" : "the specialist";
    lost.forEach(s -> warnings.add("round %d: %s does not find %s".formatted(round, who, s)));
    return warnings;
  }

  /**
   * The round whose labels are to be taken: the best on the validation cases, where they have a
   * value, else the last that kept every structure, else the one that kept most. The later wins a
   * tie, and a model wins where the propagation is hardly better.
   *
   * @param rounds one at least
   */
  static RoundSummary best(List<RoundSummary> rounds) {
    boolean measured = rounds.stream().anyMatch(r -> !Double.isNaN(r.validation));
    Comparator<RoundSummary> better =
        measured
            ? Comparator.comparingDouble(RoundSummary::worth)
            : Comparator.comparingInt(r -> -r.lost.size());
    return rounds.stream()
        .max(better.thenComparingInt(RoundSummary::round))
        .orElseThrow(() -> new IllegalArgumentException("no round"));
  }

  private double worth() {
    if (Double.isNaN(validation)) {
      return Double.NEGATIVE_INFINITY;
    }
    return round == 0 ? validation - AHEAD : validation;
  }
}
