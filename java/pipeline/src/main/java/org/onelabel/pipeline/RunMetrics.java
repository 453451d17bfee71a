package org.onelabel.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Statistic;
import org.onelabel.volumes.LabelMap;

/**
 * What a run reached; the content of {@code metrics.json}.
 *
 * @param structures names of classes 1, 2, …
 * @param modelRound the round whose specialist is the model; 0 for none
 * @param rounds how each round's training went
 * @param poolDice for {@code pseudo-labels} and {@code predicted}: the mean Dice over the pool's
 *     hidden labels after each round, per structure and over all
 * @param sets for {@code pool}, {@code validation}, {@code test}: the final predictions
 * @param pool every measured pseudo-label
 * @param cases every measured prediction
 */
record RunMetrics(
    List<String> structures,
    int modelRound,
    List<Rounds.Summary> rounds,
    Map<String, List<RoundDice>> poolDice,
    Map<String, SetMetrics> sets,
    List<Measured> pool,
    List<CaseMetrics> cases) {

  /** Dice of the labels of one kind of one pool volume after a round, per structure. */
  record Measured(String kind, int round, String id, List<Double> dice) {

    double averaged() {
      return RunMetrics.mean(dice);
    }
  }

  /** Mean over the pool after a round. */
  record RoundDice(int round, double mean, double deviation, List<Double> structures) {}

  /** Mean and deviation over the cases of a set of the mean over structures; and per structure. */
  record SetMetrics(
      int cases,
      double dice,
      double deviation,
      double jaccard,
      double hd95,
      double asd,
      List<Double> structures) {}

  /** One predicted case on the grid of its file. */
  record CaseMetrics(String set, String id, List<Metrics> structures) {

    static CaseMetrics of(
        String set, String id, LabelMap prediction, LabelMap truth, int structures) {
      List<Metrics> metrics = new ArrayList<>();
      for (int c = 1; c <= structures; c++) {
        metrics.add(
            Metrics.of(
                prediction.labels(),
                truth.labels(),
                c,
                truth.geometry().shape(),
                truth.geometry().spacing()));
      }
      return new CaseMetrics(set, id, metrics);
    }

    double averaged() {
      return RunMetrics.mean(structures.stream().map(Metrics::dice).toList());
    }
  }

  static RunMetrics of(
      List<String> structures,
      int modelRound,
      List<Rounds.Summary> rounds,
      List<Measured> pool,
      List<CaseMetrics> cases) {
    Map<String, List<RoundDice>> poolDice = new LinkedHashMap<>();
    for (String kind : List.of("pseudo-labels", "predicted")) {
      List<RoundDice> means = new ArrayList<>();
      for (int r = 0; r <= rounds.size(); r++) {
        int round = r;
        List<Measured> of =
            pool.stream().filter(m -> m.kind.equals(kind) && m.round == round).toList();
        if (!of.isEmpty()) {
          List<Double> perCase = of.stream().map(Measured::averaged).toList();
          List<Double> perStructure = new ArrayList<>();
          for (int c = 0; c < structures.size(); c++) {
            int structure = c;
            perStructure.add(mean(of.stream().map(m -> m.dice.get(structure)).toList()));
          }
          means.add(new RoundDice(round, mean(perCase), deviation(perCase), perStructure));
        }
      }
      poolDice.put(kind, means);
    }
    Map<String, SetMetrics> sets = new LinkedHashMap<>();
    for (String set : List.of("pool", "validation", "test")) {
      List<CaseMetrics> of = cases.stream().filter(c -> c.set.equals(set)).toList();
      if (!of.isEmpty()) {
        sets.put(set, setMetrics(of, structures.size()));
      }
    }
    return new RunMetrics(structures, modelRound, rounds, poolDice, sets, pool, cases);
  }

  /** A table of text. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("%-34s %7s %7s  %s".formatted("", "Dice", "SD", String.join("  ", structures)));
    for (RoundDice dice : poolDice.getOrDefault("pseudo-labels", List.of())) {
      lines.add(
          line(
              "pseudo-labels after round " + dice.round,
              dice.mean,
              dice.deviation,
              dice.structures));
    }
    for (RoundDice dice : poolDice.getOrDefault("predicted", List.of())) {
      lines.add(
          line(
              "pool predicted in round " + dice.round, dice.mean, dice.deviation, dice.structures));
    }
    sets.forEach(
        (set, metrics) ->
            lines.add(
                line(
                    "model on " + set + " (" + metrics.cases + ")",
                    metrics.dice,
                    metrics.deviation,
                    metrics.structures)));
    return lines;
  }

  private static String line(String name, double mean, double deviation, List<Double> structures) {
    return "%-34s %7.4f %7.4f  %s"
        .formatted(
            name,
            mean,
            deviation,
            String.join("  ", structures.stream().map("%.4f"::formatted).toList()));
  }

  static SetMetrics setMetrics(List<CaseMetrics> cases, int structures) {
    List<Metrics> all = cases.stream().flatMap(c -> c.structures.stream()).toList();
    List<Double> dices = cases.stream().map(CaseMetrics::averaged).toList();
    List<Double> perStructure = new ArrayList<>();
    for (int c = 0; c < structures; c++) {
      int structure = c;
      perStructure.add(mean(cases.stream().map(m -> m.structures.get(structure).dice()).toList()));
    }
    return new SetMetrics(
        cases.size(),
        mean(dices),
        deviation(dices),
        mean(all.stream().map(Metrics::jaccard).toList()),
        mean(all.stream().map(Metrics::hd95).toList()),
        mean(all.stream().map(Metrics::asd).toList()),
        perStructure);
  }

  private static DoubleStatistics statistics(List<Double> values) {
    double[] array = values.stream().mapToDouble(Double::doubleValue).toArray();
    return DoubleStatistics.of(
        java.util.EnumSet.of(Statistic.MEAN, Statistic.STANDARD_DEVIATION), array);
  }

  static double mean(List<Double> values) {
    return statistics(values).getAsDouble(Statistic.MEAN);
  }

  private static double deviation(List<Double> values) {
    return statistics(values).getAsDouble(Statistic.STANDARD_DEVIATION);
  }
}
