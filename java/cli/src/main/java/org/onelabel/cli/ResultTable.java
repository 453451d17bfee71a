package org.onelabel.cli;

import java.io.PrintWriter;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.evaluation.RunMetrics;

/** What a run reached, as a table of text. */
final class ResultTable {
  private ResultTable() {}

  static void print(RunDirectory run, PrintWriter out) {
    RunMetrics.read(run).lines().forEach(out::println);
    out.println("report: " + run.report());
    out.flush();
  }
}
