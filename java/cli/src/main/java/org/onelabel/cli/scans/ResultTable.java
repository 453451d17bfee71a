package org.onelabel.cli.scans;

import java.io.PrintWriter;
import org.onelabel.pipeline.run.RunResult;

/** What a run reached, as a table of text. */
final class ResultTable {
  private ResultTable() {}

  static void print(RunResult result, PrintWriter out) {
    result.metrics().lines().forEach(out::println);
    out.println("report: " + result.report());
    out.flush();
  }
}
