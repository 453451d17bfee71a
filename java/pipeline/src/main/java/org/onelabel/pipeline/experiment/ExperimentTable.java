package org.onelabel.pipeline.experiment;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.metrics.MeanMetrics;
import org.onelabel.pipeline.metrics.Spread;

/**
 * What the systems of an experiment reached.
 *
 * @param structures names of classes 1, 2, …
 * @param seeds that each system was to have
 */
public record ExperimentTable(
    List<String> structures, String reference, int seeds, List<Row> rows) {

  /** A finished run. */
  public record Run(long seed, RunMetrics metrics, Map<String, Double> seconds) {}

  /**
   * A system.
   *
   * @param runs finished, one a seed
   * @param test what it reached on the test cases
   * @param structures the same of each structure
   * @param against the reference
   * @param poolDice of the pseudo-labels after each round, mean over seeds
   * @param time seconds a run by kind of work, mean over seeds
   */
  public record Row(
      String name,
      List<Run> runs,
      Scores test,
      List<StructureDice> structures,
      PairedTest against,
      List<Double> poolDice,
      Map<WorkKind, Double> time) {

    double seconds() {
      return time.values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  /**
   * Over seeds, of the means over the test cases.
   *
   * @param cases that the means of a run stand on, the fewest of any run
   * @param hd95 millimetres, as {@code asd}
   */
  public record Scores(int cases, Spread dice, Spread jaccard, Spread hd95, Spread asd) {

    private static Scores of(List<MeanMetrics> runs) {
      return new Scores(
          fewest(runs.stream().mapToInt(MeanMetrics::cases)),
          spread(runs.stream().mapToDouble(MeanMetrics::dice)),
          spread(runs.stream().mapToDouble(MeanMetrics::jaccard)),
          spread(runs.stream().mapToDouble(MeanMetrics::hd95)),
          spread(runs.stream().mapToDouble(MeanMetrics::asd)));
    }
  }

  /**
   * Dice of a structure over seeds.
   *
   * @param cases test cases that it stands on, the fewest of any run
   */
  public record StructureDice(Spread dice, int cases) {}

  public static ExperimentTable of(
      List<String> structures, String reference, int seeds, Map<String, List<Run>> runs) {
    Map<String, PairedTest> tests = PairedTest.of(reference, runs);
    List<Row> rows = new ArrayList<>();
    runs.forEach(
        (name, of) -> {
          if (!of.isEmpty() && of.stream().allMatch(r -> r.metrics.sets().containsKey("test"))) {
            rows.add(row(name, of, structures.size(), tests.get(name)));
          }
        });
    return new ExperimentTable(structures, reference, seeds, rows);
  }

  private static Row row(String name, List<Run> runs, int structures, PairedTest against) {
    List<RunMetrics.SetMetrics> test =
        runs.stream().map(r -> r.metrics.sets().get("test")).toList();
    List<StructureDice> perStructure = new ArrayList<>();
    for (int c = 0; c < structures; c++) {
      int structure = c;
      perStructure.add(
          new StructureDice(
              spread(test.stream().mapToDouble(m -> m.structures().get(structure))),
              fewest(test.stream().mapToInt(m -> m.structureCases().get(structure)))));
    }
    return new Row(
        name,
        runs,
        Scores.of(test.stream().map(RunMetrics.SetMetrics::mean).toList()),
        perStructure,
        against,
        poolDice(runs),
        time(runs));
  }

  private static Spread spread(DoubleStream values) {
    return Spread.of(values.toArray());
  }

  private static int fewest(IntStream cases) {
    return cases.min().orElse(0);
  }

  private static List<Double> poolDice(List<Run> runs) {
    int rounds =
        runs.stream()
            .mapToInt(r -> r.metrics.poolDice().getOrDefault("pseudo-labels", List.of()).size())
            .min()
            .orElse(0);
    return IntStream.range(0, rounds)
        .mapToObj(
            i ->
                spread(
                        runs.stream()
                            .mapToDouble(
                                r -> r.metrics.poolDice().get("pseudo-labels").get(i).mean()))
                    .mean())
        .toList();
  }

  private static Map<WorkKind, Double> time(List<Run> runs) {
    Map<WorkKind, Double> time = new EnumMap<>(WorkKind.class);
    for (WorkKind kind : WorkKind.values()) {
      time.put(kind, 0.0);
    }
    for (Run run : runs) {
      run.seconds.forEach(
          (stage, s) -> time.merge(WorkKind.of(stage), s / runs.size(), Double::sum));
    }
    return time;
  }

  /** What is to be known beside the table: structures that a run lost, and earlier rules. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (Row row : rows) {
      for (Run run : row.runs) {
        String name = row.name + ", seed " + run.seed + ": ";
        run.metrics.rounds().stream()
            .flatMap(round -> round.warnings().stream())
            .forEach(warning -> notes.add(name + warning));
        if (run.metrics.isByEarlierRules()) {
          notes.add(
              name
                  + "measured by an earlier version, for which a structure absent from prediction"
                  + " and truth counted as 1 and a missed one as 200 mm");
        }
      }
    }
    return notes;
  }

  /** A table of text. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-32s %5s %5s %16s %10s %9s %8s"
            .formatted("", "seeds", "cases", "test Dice", "HD95 mm", "p", "min"));
    for (Row row : rows) {
      lines.add(
          "%-32s %5s %5d %16s %10s %9s %8s"
              .formatted(
                  row.name,
                  row.runs.size() + "/" + seeds,
                  row.test.cases,
                  row.test.dice.text(4),
                  Spread.number(row.test.hd95.mean(), 2),
                  row.against.significance(4),
                  Spread.number(row.seconds() / 60, 1)));
    }
    lines.addAll(notes());
    return lines;
  }
}
