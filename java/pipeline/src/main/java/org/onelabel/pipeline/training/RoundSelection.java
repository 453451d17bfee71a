package org.onelabel.pipeline.training;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Which round's labels are the run's; the content of {@code selection.json}.
 *
 * @param round 0 for the propagation
 * @param estimates the mean Dice on the pool that the labels of networks probably have, by rounds
 */
public record RoundSelection(int round, Map<Integer, Double> estimates) {
  /**
   * By how much more Dice than a later round an earlier one is to be taken: seeds of a training
   * differ by as much (docs/explanation/results.md), and few validation cases tell no less.
   */
  private static final double AHEAD = 0.01;

  /**
   * By how much less it may be where the estimates say that it is better, or where the propagation
   * it is compared with has a say in its labels.
   */
  private static final double FAR = 0.05;

  public RoundSelection {
    estimates = Collections.unmodifiableMap(new TreeMap<>(estimates));
  }

  /**
   * The last round that is hardly worse on the validation cases than the best, where they have a
   * value, since each learns from what the one before has refined; a later one where it is not much
   * worse and its estimate is better. Else it is one of those that kept most structures: the last
   * that is hardly worse by its estimate than the best of them or, where there are no estimates,
   * the last. Where the propagation has a say beside a network, it is the result alone only where
   * it is much better: what is measured here is the network alone.
   *
   * @param rounds one at least, in their order
   * @param estimates those of some rounds may be missing
   * @param joined whether the propagation has a say beside a network
   */
  public static RoundSelection of(
      List<RoundSummary> rounds, Map<Integer, Double> estimates, boolean joined) {
    return new RoundSelection(best(rounds, estimates, joined).round(), estimates);
  }

  private static RoundSummary best(
      List<RoundSummary> rounds, Map<Integer, Double> estimates, boolean joined) {
    if (rounds.stream().anyMatch(r -> !Double.isNaN(r.validation()))) {
      RoundSummary chosen = last(rounds, RoundSummary::validation);
      List<RoundSummary> networks =
          chosen.round() == 0 && joined ? near(chosen, rounds) : List.of();
      return networks.isEmpty()
          ? later(chosen, rounds, estimates)
          : later(last(networks, RoundSummary::validation), networks, estimates);
    }
    int fewest = rounds.stream().mapToInt(r -> r.lost().size()).min().orElse(0);
    List<RoundSummary> whole = rounds.stream().filter(r -> r.lost().size() == fewest).toList();
    List<RoundSummary> estimated =
        whole.stream().filter(r -> estimates.containsKey(r.round())).toList();
    return estimated.isEmpty() ? whole.getLast() : last(estimated, r -> estimates.get(r.round()));
  }

  /** Those that are not much worse than the propagation, and lost no more. */
  private static List<RoundSummary> near(RoundSummary propagation, List<RoundSummary> rounds) {
    return rounds.stream()
        .filter(r -> r.round() > 0 && r.lost().size() <= propagation.lost().size())
        .filter(r -> r.validation() >= propagation.validation() - FAR)
        .toList();
  }

  /**
   * The last round that is a little worse on the validation cases than the chosen one, but better
   * by its estimate: the pool has more scans than most validation sets.
   */
  private static RoundSummary later(
      RoundSummary chosen, List<RoundSummary> rounds, Map<Integer, Double> estimates) {
    double estimate = estimates.getOrDefault(chosen.round(), Double.NaN);
    return rounds.reversed().stream()
        .takeWhile(r -> r.round() > chosen.round())
        .filter(r -> r.validation() >= chosen.validation() - FAR)
        .filter(r -> estimates.getOrDefault(r.round(), Double.NaN) > estimate + AHEAD)
        .findFirst()
        .orElse(chosen);
  }

  /** The last that is hardly worse than the best; NaN is no value. */
  private static RoundSummary last(
      List<RoundSummary> rounds, ToDoubleFunction<RoundSummary> value) {
    double best = rounds.stream().mapToDouble(value).filter(v -> !Double.isNaN(v)).max().orElse(0);
    return rounds.reversed().stream()
        .filter(r -> value.applyAsDouble(r) >= best - AHEAD)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no round"));
  }
}
