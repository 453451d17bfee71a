package org.onelabel.pipeline.experiment;

import java.nio.file.Path;
import org.onelabel.pipeline.report.Pages;
import org.onelabel.volumes.file.AtomicFile;

/**
 * An experiment as {@code report.html}, {@code table.csv}, {@code cases.csv}, {@code table.tex}.
 */
final class ExperimentReport {
  private final Path root;
  private final String dataset;
  private final Grid grid;
  private final ExperimentTable table;

  ExperimentReport(Path root, String dataset, Grid grid, ExperimentTable table) {
    this.root = root;
    this.dataset = dataset;
    this.grid = grid;
    this.table = table;
  }

  void write() {
    AtomicFile.write(root.resolve("table.csv"), CsvTables.systems(table));
    AtomicFile.write(root.resolve("cases.csv"), CsvTables.cases(table));
    AtomicFile.write(root.resolve("table.tex"), LatexTable.of(table));
    AtomicFile.write(
        root.resolve("report.html"),
        Pages.render("experiment/page", new ExperimentPage(dataset, grid, table)));
  }
}
