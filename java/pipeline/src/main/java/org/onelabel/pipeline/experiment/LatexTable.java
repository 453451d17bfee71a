package org.onelabel.pipeline.experiment;

import java.util.Locale;
import org.onelabel.pipeline.experiment.ExperimentTable.Row;
import org.onelabel.pipeline.metrics.Spread;

/** An experiment as {@code table.tex}. */
final class LatexTable {
  private LatexTable() {}

  static String of(ExperimentTable table) {
    StringBuilder tex = new StringBuilder();
    tex.append("\\begin{tabular}{lrrrrrr}\n\\toprule\n");
    tex.append("System & cases & Dice (\\%) & Jaccard (\\%) & HD95 (mm) & ASD (mm) & $p$ \\\\\n");
    tex.append("\\midrule\n");
    for (Row row : table.rows()) {
      tex.append(
          String.format(
              Locale.ROOT,
              "%s & %s & %s & %s & %s & %s & %s \\\\%n",
              row.name().replace("_", "\\_").replace("&", "\\&"),
              row.test().cases(),
              mathematics(row.test().dice(), 100),
              mathematics(row.test().jaccard(), 100),
              mathematics(row.test().hd95(), 1),
              mathematics(row.test().asd(), 1),
              significance(row.against())));
    }
    return tex.append("\\bottomrule\n\\end{tabular}\n").toString();
  }

  private static String mathematics(Spread spread, double scale) {
    return spread.values() == 0
        ? "--"
        : "$" + spread.times(scale).text(2).replace("±", "\\pm") + "$";
  }

  private static String significance(PairedTest test) {
    return Double.isNaN(test.p()) ? "--" : "$" + test.significance(3) + "$";
  }
}
