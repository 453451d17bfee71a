package org.onelabel.pipeline.training;

import java.util.ArrayList;
import java.util.List;

/**
 * What a round left; the content of {@code round.json}. Round 0 is the propagation.
 *
 * @param iteration after which its best teacher was validated; 0 for the weights it began with, and
 *     in round 0
 * @param validation mean Dice on the validation cases; NaN where none has a value
 * @param template mean Dice of its specialist on the template, which it learnt from; NaN in round 0
 *     and where it is not known
 * @param lost structures that its specialist does not find on the scans it learnt from; in round 0
 *     those that no scan of the pool has
 * @param broken whether the training ended early, because the loss was no finite number
 */
public record RoundSummary(
    int round,
    int iteration,
    double validation,
    double template,
    List<String> lost,
    boolean broken) {
  /**
   * By how much more Dice than a later round an earlier one is to be taken: seeds of a training
   * differ by as much (docs/explanation/results.md), and few validation cases tell no less.
   */
  private static final double AHEAD = 0.01;

  public RoundSummary {
    lost = List.copyOf(lost);
  }

  /** What is to be known beside its results, a line each. */
  public List<String> warnings() {
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
   * The round whose labels are to be taken: the last that is hardly worse on the validation cases
   * than the best, where they have a value, since each learns from what the one before has refined;
   * else the last that kept every structure, else the last of those that kept most.
   *
   * @param rounds one at least, in their order
   */
  public static RoundSummary best(List<RoundSummary> rounds) {
    double best =
        rounds.stream()
            .mapToDouble(r -> r.validation)
            .filter(v -> !Double.isNaN(v))
            .max()
            .orElse(0);
    boolean measured = rounds.stream().anyMatch(r -> !Double.isNaN(r.validation));
    int fewest = rounds.stream().mapToInt(r -> r.lost.size()).min().orElse(0);
    return rounds.reversed().stream()
        .filter(r -> measured ? r.validation >= best - AHEAD : r.lost.size() == fewest)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no round"));
  }
}
