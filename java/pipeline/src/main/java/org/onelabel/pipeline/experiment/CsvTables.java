package org.onelabel.pipeline.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.QuoteMode;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.experiment.ExperimentTable.Row;
import org.onelabel.pipeline.files.CsvText;
import org.onelabel.pipeline.metrics.Metrics;

/** An experiment as {@code table.csv} and {@code cases.csv}. */
final class CsvTables {
  private static final CSVFormat PLAIN = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
  private static final CSVFormat QUOTED = PLAIN.builder().setQuoteMode(QuoteMode.ALL).get();

  /** Text that stands in quotes; numbers and words of our own do not. */
  private record Quoted(String text) {
    private Quoted {
      text = CsvText.cell(text);
    }
  }

  private CsvTables() {}

  /** A line a system. */
  static String systems(ExperimentTable table) {
    StringBuilder csv = new StringBuilder();
    List<Object> head = new ArrayList<>();
    head.addAll(List.of("system", "seeds", "cases", "dice", "dice_sd", "jaccard"));
    head.addAll(List.of("hd95_mm", "asd_mm", "p_holm", "p_cases", "seconds"));
    table.structures().forEach(s -> head.add(new Quoted("dice " + s)));
    table.structures().forEach(s -> head.add(new Quoted("cases " + s)));
    if (!table.rows().isEmpty()) {
      for (WorkKind kind : WorkKind.values()) {
        head.add("seconds_" + kind.text());
      }
    }
    add(csv, head);
    for (Row row : table.rows()) {
      add(csv, cells(row));
    }
    return csv.toString();
  }

  private static List<Object> cells(Row row) {
    List<Object> cells = new ArrayList<>();
    cells.add(new Quoted(row.name()));
    cells.add(row.runs().size());
    cells.add(row.test().cases());
    cells.add(number("%.6f", row.test().dice().mean()));
    cells.add(number("%.6f", row.test().dice().deviation()));
    cells.add(number("%.6f", row.test().jaccard().mean()));
    cells.add(number("%.4f", row.test().hd95().mean()));
    cells.add(number("%.4f", row.test().asd().mean()));
    cells.add(number("%.4g", row.against().p()));
    cells.add(row.against().cases() > 0 ? row.against().cases() : "");
    cells.add(number("%.1f", row.seconds()));
    row.structures().forEach(structure -> cells.add(number("%.6f", structure.dice().mean())));
    row.structures().forEach(structure -> cells.add(structure.cases()));
    row.time().values().forEach(seconds -> cells.add(number("%.1f", seconds)));
    return cells;
  }

  /** A line a structure of a case of a run. */
  static String cases(ExperimentTable table) {
    StringBuilder csv = new StringBuilder();
    add(
        csv,
        List.of(
            "system", "seed", "set", "case", "structure", "dice", "jaccard", "hd95_mm", "asd_mm"));
    for (Row row : table.rows()) {
      for (ExperimentTable.Run run : row.runs()) {
        for (RunMetrics.CaseMetrics c : run.metrics().cases()) {
          for (int s = 0; s < c.structures().size(); s++) {
            Metrics m = c.structures().get(s);
            add(
                csv,
                List.of(
                    new Quoted(row.name()),
                    run.seed(),
                    c.set(),
                    new Quoted(c.id()),
                    new Quoted(table.structures().get(s)),
                    number("%.6f", m.dice()),
                    number("%.6f", m.jaccard()),
                    number("%.4f", m.hd95()),
                    number("%.4f", m.asd())));
          }
        }
      }
    }
    return csv.toString();
  }

  /** A number as text; empty where there is none. */
  private static String number(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }

  private static void add(StringBuilder csv, List<Object> cells) {
    try {
      for (int i = 0; i < cells.size(); i++) {
        switch (cells.get(i)) {
          case Quoted quoted -> QUOTED.print(quoted.text, csv, i == 0);
          case Object plain -> PLAIN.print(plain, csv, i == 0);
        }
      }
      PLAIN.println(csv);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
