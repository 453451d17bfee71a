package org.onelabel.cli;

import java.io.PrintWriter;
import org.onelabel.pipeline.RunDirectory;

/** What a run reached, as a table of text. */
final class ResultTable {
  private ResultTable() {}

  static void print(RunDirectory run, PrintWriter out) {
    run.summary().forEach(out::println);
    out.println("report: " + run.report());
    out.flush();
  }
}
