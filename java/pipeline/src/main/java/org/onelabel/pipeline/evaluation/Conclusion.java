package org.onelabel.pipeline.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
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
   * Estimated mean Dice below which one label was not enough: 0.78 to 0.90 where it was
   * (docs/explanation/results.md), 0.63 where it was not.
   */
  private static final double ENOUGH = 0.7;

  /** A prediction that is estimated below this, or by so much below the mean, is to be seen. */
  private static final double LOW = 0.6;

  private static final double BELOW = 0.15;

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
    estimated(metrics).ifPresent(sentences::add);
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

  /** Which predictions to look at, and that one label is not enough where it seems so. */
  private static Optional<String> doubt(RunMetrics metrics) {
    double mean = estimate(metrics);
    List<String> low =
        metrics.estimates().stream()
            .filter(e -> e.mean() < Math.max(LOW, mean - BELOW))
            .sorted(Comparator.comparingDouble(RunMetrics.Estimate::mean))
            .map(e -> "%s (%s)".formatted(e.id(), Spread.number(e.mean(), 2)))
            .toList();
    String look = low.isEmpty() ? "" : "look at %s first".formatted(Words.first(low));
    if (mean < ENOUGH) {
      return Optional.of(
          "More labels are probably needed here" + (low.isEmpty() ? "" : ": " + look) + ".");
    }
    return low.isEmpty() ? Optional.empty() : Optional.of("L" + look.substring(1) + ".");
  }

  /** Mean estimate of the pool or, where it has none, of all. */
  private static double estimate(RunMetrics metrics) {
    List<RunMetrics.Estimate> pool = metrics.estimates("pool");
    return Spread.of(
            (pool.isEmpty() ? metrics.estimates() : pool)
                .stream().map(RunMetrics.Estimate::mean).toList())
        .mean();
  }

  /** What the predictions are probably worth; said of the pool, where there is one. */
  private static Optional<String> estimated(RunMetrics metrics) {
    double mean = estimate(metrics);
    return Double.isNaN(mean)
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "Its mean Dice%s is probably about %.2f: an estimate that needs no label.",
                metrics.estimates("pool").isEmpty() ? "" : " on the pool",
                mean));
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
              + (Double.isNaN(estimate(metrics))
                  ? ": nothing here tells how good the labels are; look at some before you use"
                      + " them."
                  : " to confirm that: look at some labels before you use them."));
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
