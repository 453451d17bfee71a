package org.onelabel.pipeline.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.onelabel.pipeline.metrics.MeanMetrics;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.pipeline.progress.Words;
import org.onelabel.pipeline.training.RoundSummary;
import org.onelabel.volumes.Plural;

/** What the result of a run is worth, in plain sentences; every claim is a number of the run. */
final class Conclusion {
  /**
   * Mean Dice of propagation and model below which neither is to be trusted: 0.78 to 0.90 where one
   * label was enough (docs/explanation/results.md), 0.63 where it was not.
   */
  private static final double AGREED = 0.7;

  /** Below this Dice, one of the two has found something else in a volume. */
  private static final double APART = 0.5;

  /**
   * Dice on the template, which it learnt from, below which a network was trained too briefly for
   * what it does elsewhere to tell anything of the one label.
   */
  private static final double LEARNT = 0.7;

  private Conclusion() {}

  static List<String> of(RunMetrics metrics) {
    List<String> sentences = new ArrayList<>();
    sentences.add(source(metrics));
    metrics.rounds().stream()
        .filter(round -> round.round() == metrics.modelRound() && !round.lost().isEmpty())
        .forEach(
            round ->
                sentences.add(
                    (round.round() == 0 ? "The propagation" : "It")
                        + " does not find "
                        + listed(round.lost())
                        + "."));
    sentences.addAll(worth(metrics));
    brief(metrics).or(() -> doubt(metrics)).ifPresent(sentences::add);
    return sentences;
  }

  /** Said where the networks did not even learn the scan that they have the label of. */
  private static Optional<String> brief(RunMetrics metrics) {
    OptionalDouble learnt =
        metrics.rounds().stream()
            .filter(round -> !round.broken() && !Double.isNaN(round.template()))
            .filter(round -> metrics.modelRound() == 0 || round.round() == metrics.modelRound())
            .mapToDouble(RoundSummary::template)
            .max();
    return learnt.isPresent() && learnt.getAsDouble() < LEARNT
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "The training was probably too short: even on the template, which it learnt from,"
                    + " the network has a mean Dice of %.2f only; set training.iterations higher.",
                learnt.getAsDouble()))
        : Optional.empty();
  }

  /** Said where two ways from the one label to the pool lead to other places. */
  private static Optional<String> doubt(RunMetrics metrics) {
    double agreement = Spread.of(List.copyOf(metrics.agreement().values())).mean();
    List<String> apart =
        metrics.agreement().entrySet().stream()
            .sorted(Map.Entry.comparingByValue())
            .filter(entry -> entry.getValue() < APART)
            .map(Map.Entry::getKey)
            .toList();
    if (agreement < AGREED) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "One label is probably not enough here: propagation and model agree on the pool with"
                  + " a mean Dice of %.2f only%s.",
              agreement,
              apart.isEmpty() ? "" : ", least on " + Words.first(apart)));
    }
    return apart.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Look at %s first: propagation and model lie apart there."
                .formatted(Words.first(apart)));
  }

  /** Where the labels come from. */
  private static String source(RunMetrics metrics) {
    if (metrics.modelRound() > 0) {
      return "The model is of round " + metrics.modelRound() + ".";
    }
    String propagated = ": the labels are those of the propagation (round 0).";
    List<RoundSummary> trained =
        metrics.rounds().stream().filter(round -> round.round() > 0).toList();
    if (trained.isEmpty()) {
      return "Nothing was trained" + propagated;
    }
    boolean measured = metrics.rounds().stream().anyMatch(r -> !Double.isNaN(r.validation()));
    if (measured) {
      return "No training was better on the validation cases" + propagated;
    }
    Set<String> never = new LinkedHashSet<>(trained.getFirst().lost());
    trained.forEach(round -> never.retainAll(round.lost()));
    return "No training kept "
        + (never.isEmpty() ? "every structure" : listed(List.copyOf(never)))
        + propagated;
  }

  private static List<String> worth(RunMetrics metrics) {
    List<String> sentences = new ArrayList<>();
    Map<String, RunMetrics.SetMetrics> sets = metrics.sets();
    // The pool's hidden labels tell least: it is what the run learnt from.
    List<String> independent =
        List.of("validation", "test").stream().filter(set -> cases(sets, set) > 0).toList();
    for (String set : independent.isEmpty() ? List.of("pool") : independent) {
      if (cases(sets, set) > 0) {
        sentences.add(number(metrics, set, sets.get(set).mean()));
      }
    }
    if (sentences.isEmpty()) {
      sentences.add(
          (metrics.cases().isEmpty()
                  ? "There are no validation cases"
                  : "No case has a structure that could be measured")
              + ": nothing here tells how good the labels are; look at some before you use them.");
    }
    return sentences;
  }

  private static String number(RunMetrics metrics, String set, MeanMetrics mean) {
    return String.format(
        Locale.ROOT,
        "On %s %s mean Dice is %.2f.",
        Plural.of(mean.cases(), set + " case"),
        metrics.modelRound() == 0 ? "their" : "its",
        mean.dice());
  }

  private static int cases(Map<String, RunMetrics.SetMetrics> sets, String set) {
    return sets.containsKey(set) ? sets.get(set).mean().cases() : 0;
  }

  private static String listed(List<String> names) {
    int last = names.size() - 1;
    return last == 0
        ? names.getFirst()
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }
}
