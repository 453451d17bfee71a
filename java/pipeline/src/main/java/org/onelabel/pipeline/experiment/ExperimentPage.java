package org.onelabel.pipeline.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.onelabel.pipeline.experiment.ExperimentTable.Row;
import org.onelabel.pipeline.report.LineChart;

/** What the page {@code experiment/page} shows of an experiment. */
record ExperimentPage(String dataset, Grid grid, ExperimentTable table) {
  /** The bar of the longest run, pixels. */
  private static final double LONGEST_BAR = 400;

  String seeds() {
    return grid.seeds().stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /** Mean Dice of pseudo-labels, of the systems that have more than one round. */
  Optional<LineChart> chart() {
    List<LineChart.Line> lines = new ArrayList<>();
    int last = 0;
    for (Row row : table.rows()) {
      if (row.poolDice().size() > 1) {
        List<Integer> rounds = IntStream.range(0, row.poolDice().size()).boxed().toList();
        lines.add(new LineChart.Line(row.name(), rounds, row.poolDice()));
        last = Math.max(last, row.poolDice().size() - 1);
      }
    }
    return lines.isEmpty() ? Optional.empty() : Optional.of(LineChart.of(lines, last));
  }

  /** Of a system's time, how much a kind of work takes. */
  double percent(Row row, WorkKind kind) {
    return 100 * row.time().get(kind) / Math.max(1e-9, row.seconds());
  }

  /** The part of a system's bar that a kind of work has, pixels. */
  double barWidth(Row row, WorkKind kind) {
    double longest = table.rows().stream().mapToDouble(Row::seconds).max().orElse(1);
    return LONGEST_BAR * row.time().get(kind) / longest;
  }
}
