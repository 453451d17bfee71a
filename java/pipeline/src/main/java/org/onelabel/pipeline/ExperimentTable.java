package org.onelabel.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
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
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Statistic;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/**
 * What the systems of an experiment reached.
 *
 * @param structures names of classes 1, 2, …
 * @param seeds that each system was to have
 * @param failures why a run has no result, by its system and seed
 */
record ExperimentTable(
    List<String> structures,
    String reference,
    int seeds,
    List<Row> rows,
    Map<String, String> failures) {

  /** A finished run. */
  record Run(long seed, RunMetrics metrics, Map<String, Double> seconds) {}

  /**
   * Over seeds.
   *
   * @param deviation standard deviation; NaN of a single run
   */
  record Spread(double mean, double deviation) {

    static Spread of(double... values) {
      DoubleStatistics statistics =
          DoubleStatistics.of(EnumSet.of(Statistic.MEAN, Statistic.STANDARD_DEVIATION), values);
      return new Spread(
          statistics.getAsDouble(Statistic.MEAN),
          values.length > 1 ? statistics.getAsDouble(Statistic.STANDARD_DEVIATION) : Double.NaN);
    }

    /** Mean ± deviation; the mean alone of a single run. */
    String text(int digits) {
      String number = "%." + digits + "f";
      return Double.isNaN(deviation)
          ? String.format(Locale.ROOT, number, mean)
          : String.format(Locale.ROOT, number + " ± " + number, mean, deviation);
    }
  }

  /**
   * A system.
   *
   * @param runs finished, one a seed
   * @param test of the mean Dice over the test cases; likewise Jaccard, HD95 and ASD, millimetres
   * @param structureDice of each structure
   * @param p two-sided, of the paired Wilcoxon signed-rank test over test cases (each the mean over
   *     the seeds that both have) against the reference, Holm-corrected; NaN for the reference
   *     itself
   * @param poolDice of the pseudo-labels after each round, mean over seeds
   * @param time seconds a run by kind of work, mean over seeds
   */
  record Row(
      String name,
      List<Run> runs,
      Spread test,
      Spread jaccard,
      Spread hd95,
      Spread asd,
      List<Spread> structureDice,
      double p,
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

  static ExperimentTable of(
      List<String> structures,
      String reference,
      int seeds,
      Map<String, List<Run>> runs,
      Map<String, String> failures) {
    Map<String, Double> corrected = holm(against(reference, runs));
    List<Row> rows = new ArrayList<>();
    runs.forEach(
        (name, of) -> {
          if (!of.isEmpty() && of.stream().allMatch(r -> r.metrics.sets().containsKey("test"))) {
            rows.add(row(name, of, structures.size(), corrected.getOrDefault(name, Double.NaN)));
          }
        });
    return new ExperimentTable(structures, reference, seeds, rows, failures);
  }

  private static Row row(String name, List<Run> runs, int structures, double p) {
    List<RunMetrics.SetMetrics> test =
        runs.stream().map(r -> r.metrics.sets().get("test")).toList();
    List<Spread> perStructure = new ArrayList<>();
    for (int c = 0; c < structures; c++) {
      int structure = c;
      perStructure.add(spread(test.stream().mapToDouble(m -> m.structures().get(structure))));
    }
    return new Row(
        name,
        runs,
        spread(test.stream().mapToDouble(RunMetrics.SetMetrics::dice)),
        spread(test.stream().mapToDouble(RunMetrics.SetMetrics::jaccard)),
        spread(test.stream().mapToDouble(RunMetrics.SetMetrics::hd95)),
        spread(test.stream().mapToDouble(RunMetrics.SetMetrics::asd)),
        perStructure,
        p,
        poolDice(runs),
        time(runs));
  }

  private static Spread spread(DoubleStream values) {
    return Spread.of(values.toArray());
  }

  /** Mean Dice over structures and some seeds of every test case. */
  private static Map<String, Double> caseDice(List<Run> runs, Set<Long> seeds) {
    Map<String, List<Double>> all = new TreeMap<>();
    for (Run run : runs.stream().filter(r -> seeds.contains(r.seed)).toList()) {
      for (RunMetrics.CaseMetrics c : run.metrics.cases()) {
        if (c.set().equals("test")) {
          all.computeIfAbsent(c.id(), _ -> new ArrayList<>()).add(c.averaged());
        }
      }
    }
    Map<String, Double> means = new TreeMap<>();
    all.forEach((id, dices) -> means.put(id, RunMetrics.mean(dices)));
    return means;
  }

  private static Set<Long> seeds(List<Run> runs) {
    return runs.stream().map(Run::seed).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Uncorrected p-values of all systems but the reference, over the seeds that both have. */
  private static Map<String, Double> against(String reference, Map<String, List<Run>> runs) {
    Map<String, Double> p = new LinkedHashMap<>();
    List<Run> references = runs.getOrDefault(reference, List.of());
    runs.forEach(
        (name, of) -> {
          Set<Long> common = seeds(of);
          common.retainAll(seeds(references));
          Map<String, Double> own = caseDice(of, common);
          Map<String, Double> base = caseDice(references, common);
          if (!name.equals(reference) && own.keySet().equals(base.keySet()) && !own.isEmpty()) {
            p.put(name, wilcoxon(values(own), values(base)));
          }
        });
    return p;
  }

  private static double[] values(Map<String, Double> cases) {
    return cases.values().stream().mapToDouble(Double::doubleValue).toArray();
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
                RunMetrics.mean(
                    runs.stream()
                        .map(r -> r.metrics.poolDice().get("pseudo-labels").get(i).mean())
                        .toList()))
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

  /** A table of text. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-32s %5s %16s %10s %9s %8s".formatted("", "seeds", "test Dice", "HD95 mm", "p", "min"));
    for (Row row : rows) {
      lines.add(
          "%-32s %5s %16s %10.2f %9s %8.1f"
              .formatted(
                  row.name,
                  row.runs.size() + "/" + seeds,
                  row.test.text(4),
                  row.hd95.mean,
                  row.significance(4),
                  row.seconds() / 60));
    }
    failures.forEach((run, cause) -> lines.add(run + ": " + cause));
    return lines;
  }
}
