package org.onelabel.pipeline.experiment;

import java.util.ArrayList;
import java.util.List;
import org.onelabel.pipeline.evaluation.CaseTable;
import org.onelabel.pipeline.experiment.ExperimentTable.Row;
import org.onelabel.pipeline.files.Csv;

/** An experiment as {@code table.csv} and {@code cases.csv}. */
final class CsvTables {
  private CsvTables() {}

  /** A line a system. */
  static String systems(ExperimentTable table) {
    Csv csv = new Csv();
    List<Object> head = new ArrayList<>();
    head.addAll(List.of("system", "seeds", "cases", "dice", "dice_sd", "jaccard"));
    head.addAll(List.of("hd95_mm", "asd_mm", "p_holm", "p_cases", "seconds"));
    table.structures().forEach(s -> head.add(new Csv.Quoted("dice " + s)));
    table.structures().forEach(s -> head.add(new Csv.Quoted("cases " + s)));
    if (!table.rows().isEmpty()) {
      for (WorkKind kind : WorkKind.values()) {
        head.add("seconds_" + kind.text());
      }
    }
    csv.line(head);
    for (Row row : table.rows()) {
      csv.line(cells(row));
    }
    return csv.toString();
  }

  private static List<Object> cells(Row row) {
    List<Object> cells = new ArrayList<>();
    cells.add(new Csv.Quoted(row.name()));
    cells.add(row.runs().size());
    cells.add(row.test().cases());
    cells.add(Csv.number("%.6f", row.test().dice().mean()));
    cells.add(Csv.number("%.6f", row.test().dice().deviation()));
    cells.add(Csv.number("%.6f", row.test().jaccard().mean()));
    cells.add(Csv.number("%.4f", row.test().hd95().mean()));
    cells.add(Csv.number("%.4f", row.test().asd().mean()));
    cells.add(Csv.number("%.4g", row.against().p()));
    cells.add(row.against().cases() > 0 ? row.against().cases() : "");
    cells.add(Csv.number("%.1f", row.seconds()));
    row.structures().forEach(structure -> cells.add(Csv.number("%.6f", structure.dice().mean())));
    row.structures().forEach(structure -> cells.add(structure.cases()));
    row.time().values().forEach(seconds -> cells.add(Csv.number("%.1f", seconds)));
    return cells;
  }

  /** A line a structure of a case of a run. */
  static String cases(ExperimentTable table) {
    Csv csv = new Csv();
    List<Object> head = new ArrayList<>(List.of("system", "seed"));
    head.addAll(CaseTable.COLUMNS);
    csv.line(head);
    for (Row row : table.rows()) {
      for (ExperimentTable.Run run : row.runs()) {
        for (List<Object> cells : CaseTable.lines(run.metrics(), table.structures())) {
          List<Object> line = new ArrayList<>();
          line.add(new Csv.Quoted(row.name()));
          line.add(run.seed());
          line.addAll(cells);
          csv.line(line);
        }
      }
    }
    return csv.toString();
  }
}
