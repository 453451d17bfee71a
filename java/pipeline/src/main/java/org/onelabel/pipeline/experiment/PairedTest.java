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
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.experiment.ExperimentTable.Run;
import org.onelabel.pipeline.metrics.Spread;

/**
 * A system against the reference, by the paired Wilcoxon signed-rank test over test cases, each the
 * mean over the seeds that both have.
 *
 * @param p two-sided, Holm-corrected; NaN for the reference itself
 * @param cases test cases with a value of both, which the test stands on
 */
public record PairedTest(double p, int cases) {
  private static final PairedTest NONE = new PairedTest(Double.NaN, 0);

  /** The p-value with some digits; empty where there is none. */
  String significance(int digits) {
    if (Double.isNaN(p)) {
      return "";
    }
    double least = Math.pow(10, -digits);
    String number = (p < least ? "< %." : "%.") + digits + "f";
    return String.format(Locale.ROOT, number, Math.max(p, least));
  }

  /** The tests of all systems, in the order of {@code runs}. */
  static Map<String, PairedTest> of(String reference, Map<String, List<Run>> runs) {
    Map<String, PairedTest> tests = uncorrected(reference, runs);
    Map<String, Double> p = new LinkedHashMap<>();
    tests.forEach((name, test) -> p.put(name, test.p));
    Map<String, Double> corrected = holm(p);
    Map<String, PairedTest> all = new LinkedHashMap<>();
    for (String name : runs.keySet()) {
      all.put(
          name,
          tests.containsKey(name)
              ? new PairedTest(corrected.get(name), tests.get(name).cases)
              : NONE);
    }
    return all;
  }

  /**
   * Uncorrected p-values of all systems but the reference, over the seeds that both have and the
   * cases with a value of both.
   */
  private static Map<String, PairedTest> uncorrected(
      String reference, Map<String, List<Run>> runs) {
    Map<String, PairedTest> tests = new LinkedHashMap<>();
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
            tests.put(name, new PairedTest(wilcoxon(of(own, both), of(base, both)), both.size()));
          }
        });
    return tests;
  }

  private static Set<Long> seeds(List<Run> runs) {
    return runs.stream().map(Run::seed).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Mean Dice over structures and some seeds of every test case; NaN where there is none. */
  private static Map<String, Double> caseDice(List<Run> runs, Set<Long> seeds) {
    Map<String, List<Double>> all = new TreeMap<>();
    for (Run run : runs.stream().filter(r -> seeds.contains(r.seed())).toList()) {
      for (RunMetrics.CaseMetrics c : run.metrics().cases()) {
        if (c.set().equals("test")) {
          all.computeIfAbsent(c.id(), _ -> new ArrayList<>()).add(c.mean().dice());
        }
      }
    }
    Map<String, Double> means = new TreeMap<>();
    all.forEach((id, dices) -> means.put(id, Spread.of(dices).mean()));
    return means;
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
}
