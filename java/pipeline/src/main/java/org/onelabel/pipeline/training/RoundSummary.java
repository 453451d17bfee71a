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
}
