package org.onelabel.pipeline.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;
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
   * @param cases test cases that the means of a run stand on, the fewest of any run
   * @param test over seeds, of the mean Dice over the test cases; likewise Jaccard, HD95 and ASD,
   *     millimetres
   * @param structureDice of each structure
   * @param structureCases test cases that each of these stands on, the fewest of any run
   * @param p two-sided, of the paired Wilcoxon signed-rank test over test cases (each the mean over
   *     the seeds that both have) against the reference, Holm-corrected; NaN for the reference
   *     itself
   * @param pairs test cases with a value of both, which the test stands on
   * @param poolDice of the pseudo-labels after each round, mean over seeds
   * @param time seconds a run by kind of work, mean over seeds
   */
  public record Row(
      String name,
      List<Run> runs,
      int cases,
      Spread test,
      Spread jaccard,
      Spread hd95,
      Spread asd,
      List<Spread> structureDice,
      List<Integer> structureCases,
      double p,
      int pairs,
      List<Double> poolDice,
      Map<String, Double> time) {

    /** The p-value with some digits; empty for the reference. */
    String significance(int digits) {
      if (Double.isNaN(p)) {
        return "";
      }
      double least = Math.pow(10, -digits);
      String number = (p < least ? "< %." : "%.") + digits + "f";
      return String.format(Locale.ROOT, number, Math.max(p, least));
    }

    double seconds() {
      return time.values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  public static ExperimentTable of(
      List<String> structures, String reference, int seeds, Map<String, List<Run>> runs) {
    Map<String, Paired> paired = against(reference, runs);
    Map<String, Double> p = new LinkedHashMap<>();
    paired.forEach((name, test) -> p.put(name, test.p));
    Map<String, Double> corrected = holm(p);
    List<Row> rows = new ArrayList<>();
    runs.forEach(
        (name, of) -> {
          if (!of.isEmpty() && of.stream().allMatch(r -> r.metrics.sets().containsKey("test"))) {
            Paired test =
                new Paired(
                    corrected.getOrDefault(name, Double.NaN),
                    paired.containsKey(name) ? paired.get(name).cases : 0);
            rows.add(row(name, of, structures.size(), test));
          }
        });
    return new ExperimentTable(structures, reference, seeds, rows);
  }

  /** A test over so many pairs of cases. */
  private record Paired(double p, int cases) {}

  private static Row row(String name, List<Run> runs, int structures, Paired paired) {
    List<RunMetrics.SetMetrics> test =
        runs.stream().map(r -> r.metrics.sets().get("test")).toList();
    List<MeanMetrics> means = test.stream().map(RunMetrics.SetMetrics::mean).toList();
    List<Spread> perStructure = new ArrayList<>();
    List<Integer> structureCases = new ArrayList<>();
    for (int c = 0; c < structures; c++) {
      int structure = c;
      perStructure.add(spread(test.stream().mapToDouble(m -> m.structures().get(structure))));
      structureCases.add(fewest(test.stream().mapToInt(m -> m.structureCases().get(structure))));
    }
    return new Row(
        name,
        runs,
        fewest(means.stream().mapToInt(MeanMetrics::cases)),
        spread(means.stream().mapToDouble(MeanMetrics::dice)),
        spread(means.stream().mapToDouble(MeanMetrics::jaccard)),
        spread(means.stream().mapToDouble(MeanMetrics::hd95)),
        spread(means.stream().mapToDouble(MeanMetrics::asd)),
        perStructure,
        structureCases,
        paired.p,
        paired.cases,
        poolDice(runs),
        time(runs));
  }

  private static Spread spread(DoubleStream values) {
    return Spread.of(values.toArray());
  }

  private static int fewest(IntStream cases) {
    return cases.min().orElse(0);
  }

  /** Mean Dice over structures and some seeds of every test case; NaN where there is none. */
  private static Map<String, Double> caseDice(List<Run> runs, Set<Long> seeds) {
    Map<String, List<Double>> all = new TreeMap<>();
    for (Run run : runs.stream().filter(r -> seeds.contains(r.seed)).toList()) {
      for (RunMetrics.CaseMetrics c : run.metrics.cases()) {
        if (c.set().equals("test")) {
          all.computeIfAbsent(c.id(), _ -> new ArrayList<>()).add(c.mean().dice());
        }
      }
    }
    Map<String, Double> means = new TreeMap<>();
    all.forEach((id, dices) -> means.put(id, Spread.of(dices).mean()));
    return means;
  }

  private static Set<Long> seeds(List<Run> runs) {
    return runs.stream().map(Run::seed).collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Uncorrected p-values of all systems but the reference, over the seeds that both have and the
   * cases with a value of both.
   */
  private static Map<String, Paired> against(String reference, Map<String, List<Run>> runs) {
    Map<String, Paired> tests = new LinkedHashMap<>();
    List<Run> references = runs.getOrDefault(reference, List.of());
    runs.forEach(
        (name, of) -> {
          Set<Long> common = seeds(of);
          common.retainAll(seeds(references));
          Map<String, Double> own = caseDice(of, common);
          Map<String, Double> base = caseDice(references, common);
          List<String> both =
              own.keySet().stream()
                  .filter(id -> !own.get(id).isNaN() && base.containsKey(id))
                  .filter(id -> !base.get(id).isNaN())
                  .toList();
          if (!name.equals(reference) && own.keySet().equals(base.keySet()) && !both.isEmpty()) {
            tests.put(name, new Paired(wilcoxon(of(own, both), of(base, both)), both.size()));
          }
        });
    return tests;
  }

  private static double[] of(Map<String, Double> cases, List<String> ids) {
    return ids.stream().mapToDouble(cases::get).toArray();
  }

  /** The paired signed-rank test; 1 where nothing differs. */
  static double wilcoxon(double[] a, double[] b) {
    return Arrays.equals(a, b) ? 1 : WilcoxonSignedRankTest.withDefaults().test(a, b).getPValue();
  }

  /** Holm's step-down correction (Scandinavian Journal of Statistics 1979). */
  static Map<String, Double> holm(Map<String, Double> p) {
    List<String> ascending =
        p.keySet().stream().sorted(Comparator.comparingDouble(p::get)).toList();
    Map<String, Double> corrected = new LinkedHashMap<>();
    double largest = 0;
    for (int i = 0; i < ascending.size(); i++) {
      largest = Math.max(largest, Math.min(1, (ascending.size() - i) * p.get(ascending.get(i))));
      corrected.put(ascending.get(i), largest);
    }
    return corrected;
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

  private static Map<String, Double> time(List<Run> runs) {
    Map<String, Double> time = new LinkedHashMap<>();
    for (String kind : List.of("generalist", "specialist", "refinement", "other")) {
      time.put(kind, 0.0);
    }
    for (Run run : runs) {
      run.seconds.forEach((stage, s) -> time.merge(kind(stage), s / runs.size(), Double::sum));
    }
    return time;
  }

  private static String kind(String stage) {
    return switch (stage) {
      case "encoder", "features", "propagation" -> "generalist";
      case "predictions" -> "specialist";
      default ->
          stage.endsWith("-refinement")
              ? "refinement"
              : stage.startsWith("round-") ? "specialist" : "other";
    };
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
                  row.cases,
                  row.test.text(4),
                  Spread.number(row.hd95.mean(), 2),
                  row.significance(4),
                  Spread.number(row.seconds() / 60, 1)));
    }
    lines.addAll(notes());
    return lines;
  }
}
