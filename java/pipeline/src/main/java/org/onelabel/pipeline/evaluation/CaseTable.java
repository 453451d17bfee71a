package org.onelabel.pipeline.evaluation;

import java.util.ArrayList;
import java.util.List;
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
    List<List<Object>> lines = new ArrayList<>();
    for (PredictedCase predicted : PredictedCase.of(metrics)) {
      for (int s = 0; s < structures.size(); s++) {
        int structure = s;
        Metrics m =
            predicted.measured().map(c -> c.structures().get(structure)).orElse(Metrics.NONE);
        double estimate = predicted.estimate().map(e -> e.dice().get(structure)).orElse(Double.NaN);
        lines.add(
            List.of(
                predicted.set(),
                new Csv.Quoted(predicted.id()),
                new Csv.Quoted(structures.get(s)),
                Csv.number("%.6f", m.dice()),
                Csv.number("%.6f", m.jaccard()),
                Csv.number("%.4f", m.hd95()),
                Csv.number("%.4f", m.asd()),
                Csv.number("%.6f", estimate)));
      }
    }
    return lines;
  }
}
