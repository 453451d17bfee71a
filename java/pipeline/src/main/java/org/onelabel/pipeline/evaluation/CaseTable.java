package org.onelabel.pipeline.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.onelabel.pipeline.files.Csv;
import org.onelabel.pipeline.metrics.Metrics;

/** Every predicted structure of every case as a line of {@code cases.csv}. */
public final class CaseTable {
  /** The columns; what is not known is empty. */
  public static final List<String> COLUMNS =
      List.of("set", "case", "structure", "dice", "jaccard", "hd95_mm", "asd_mm", "estimated_dice");

  private CaseTable() {}

  /** The whole file. */
  public static String of(RunMetrics metrics) {
    Csv csv = new Csv();
    csv.line(COLUMNS);
    lines(metrics, metrics.structures()).forEach(csv::line);
    return csv.toString();
  }

  /** The cells of each line; {@code structures} are their names. */
  public static List<List<Object>> lines(RunMetrics metrics, List<String> structures) {
    Map<List<String>, RunMetrics.CaseMetrics> measured = new LinkedHashMap<>();
    metrics.cases().forEach(c -> measured.put(List.of(c.set(), c.id()), c));
    Map<List<String>, RunMetrics.Estimate> estimated = new LinkedHashMap<>();
    metrics.estimates().forEach(e -> estimated.put(List.of(e.set(), e.id()), e));
    Map<List<String>, Object> both = new LinkedHashMap<>(estimated);
    both.putAll(measured);
    List<List<Object>> lines = new ArrayList<>();
    for (List<String> id : both.keySet()) {
      for (int s = 0; s < structures.size(); s++) {
        List<Object> line = new ArrayList<>();
        line.add(id.getFirst());
        line.add(new Csv.Quoted(id.getLast()));
        line.add(new Csv.Quoted(structures.get(s)));
        RunMetrics.CaseMetrics there = measured.get(id);
        Metrics m = there == null ? Metrics.NONE : there.structures().get(s);
        line.add(number("%.6f", m.dice()));
        line.add(number("%.6f", m.jaccard()));
        line.add(number("%.4f", m.hd95()));
        line.add(number("%.4f", m.asd()));
        RunMetrics.Estimate estimate = estimated.get(id);
        line.add(estimate == null ? "" : number("%.6f", estimate.dice().get(s)));
        lines.add(line);
      }
    }
    return lines;
  }

  /** A number as text; empty where there is none. */
  private static String number(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }
}
