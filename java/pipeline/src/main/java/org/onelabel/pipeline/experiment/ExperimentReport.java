package org.onelabel.pipeline.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.experiment.ExperimentTable.Row;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.metrics.Metrics;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.pipeline.report.Html;
import org.onelabel.pipeline.report.LineChart;
import org.onelabel.pipeline.report.Report;
import org.onelabel.volumes.file.AtomicFile;

/**
 * An experiment as {@code report.html}, {@code table.csv}, {@code cases.csv}, {@code table.tex}.
 */
final class ExperimentReport {
  private static final Map<String, String> COLOURS =
      Map.of(
          "generalist", "#d9730d",
          "specialist", "#1f77b4",
          "refinement", "#7a4fd0",
          "other", "#9aa7b4");

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
    AtomicFile.write(root.resolve("table.csv"), csv());
    AtomicFile.write(root.resolve("cases.csv"), cases());
    AtomicFile.write(root.resolve("table.tex"), latex());
    AtomicFile.write(root.resolve("report.html"), html());
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }

  private static String orNothing(String text, double value) {
    return Double.isNaN(value) ? "" : format(text, value);
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\"", "\"\"") + "\"";
  }

  private String csv() {
    StringBuilder csv =
        new StringBuilder(
            "system,seeds,cases,dice,dice_sd,jaccard,hd95_mm,asd_mm,p_holm,p_cases,seconds");
    table.structures().forEach(s -> csv.append(',').append(quoted("dice " + s)));
    table.structures().forEach(s -> csv.append(',').append(quoted("cases " + s)));
    table.rows().stream()
        .findFirst()
        .ifPresent(r -> r.time().keySet().forEach(k -> csv.append(",seconds_").append(k)));
    csv.append('\n');
    for (Row row : table.rows()) {
      csv.append(
          format(
              "%s,%d,%d,%s,%s,%s,%s,%s,%s,%s,%.1f",
              quoted(row.name()),
              row.runs().size(),
              row.cases(),
              orNothing("%.6f", row.test().mean()),
              orNothing("%.6f", row.test().deviation()),
              orNothing("%.6f", row.jaccard().mean()),
              orNothing("%.4f", row.hd95().mean()),
              orNothing("%.4f", row.asd().mean()),
              orNothing("%.4g", row.p()),
              row.pairs() > 0 ? row.pairs() : "",
              row.seconds()));
      row.structureDice().forEach(s -> csv.append(',').append(orNothing("%.6f", s.mean())));
      row.structureCases().forEach(cases -> csv.append(',').append(cases));
      row.time().values().forEach(s -> csv.append(format(",%.1f", s)));
      csv.append('\n');
    }
    return csv.toString();
  }

  private String cases() {
    StringBuilder csv =
        new StringBuilder("system,seed,set,case,structure,dice,jaccard,hd95_mm,asd_mm\n");
    for (Row row : table.rows()) {
      for (ExperimentTable.Run run : row.runs()) {
        for (RunMetrics.CaseMetrics c : run.metrics().cases()) {
          for (int s = 0; s < c.structures().size(); s++) {
            Metrics m = c.structures().get(s);
            csv.append(
                format(
                    "%s,%d,%s,%s,%s,%s,%s,%s,%s%n",
                    quoted(row.name()),
                    run.seed(),
                    c.set(),
                    quoted(c.id()),
                    quoted(table.structures().get(s)),
                    orNothing("%.6f", m.dice()),
                    orNothing("%.6f", m.jaccard()),
                    orNothing("%.4f", m.hd95()),
                    orNothing("%.4f", m.asd())));
          }
        }
      }
    }
    return csv.toString();
  }

  private String latex() {
    StringBuilder tex = new StringBuilder();
    tex.append("\\begin{tabular}{lrrrrrr}\n\\toprule\n");
    tex.append("System & cases & Dice (\\%) & Jaccard (\\%) & HD95 (mm) & ASD (mm) & $p$ \\\\\n");
    tex.append("\\midrule\n");
    for (Row row : table.rows()) {
      tex.append(
          format(
              "%s & %s & %s & %s & %s & %s & %s \\\\%n",
              row.name().replace("_", "\\_").replace("&", "\\&"),
              row.cases(),
              mathematics(row.test(), 100),
              mathematics(row.jaccard(), 100),
              mathematics(row.hd95(), 1),
              mathematics(row.asd(), 1),
              Double.isNaN(row.p()) ? "--" : "$" + row.significance(3) + "$"));
    }
    return tex.append("\\bottomrule\n\\end{tabular}\n").toString();
  }

  private static String mathematics(Spread spread, double scale) {
    return spread.values() == 0
        ? "--"
        : "$" + spread.times(scale).text(2).replace("±", "\\pm") + "$";
  }

  private String html() {
    StringBuilder html = new StringBuilder();
    String name = Html.escape(dataset);
    html.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    html.append(name).append("</title><meta name=\"viewport\" content=\"width=device-width\">");
    html.append("<style>")
        .append(Report.STYLE)
        .append("</style></head><body class=\"wide\"><h1>")
        .append(name);
    html.append(
        format(
            "</h1><p class=\"note\">preset %s · seeds %s%s</p>",
            Html.escape(grid.preset()),
            grid.seeds().stream().map(String::valueOf).collect(Collectors.joining(", ")),
            settings()));
    table(html);
    curves(html);
    times(html);
    return html.append("</body></html>\n").toString();
  }

  /** What else was set, to follow the seeds. */
  private String settings() {
    return grid.settings().entrySet().stream()
        .map(e -> " · " + Html.escape(e.getKey() + " = " + e.getValue()))
        .collect(Collectors.joining());
  }

  private void table(StringBuilder html) {
    html.append("<h2>Test cases</h2><div class=\"scrolled\"><table>");
    html.append("<tr><th>system</th><th>seeds</th><th>cases</th><th>Dice</th>");
    table.structures().forEach(s -> html.append("<th>" + Html.escape(s) + "</th>"));
    html.append("<th>Jaccard</th><th>HD95, mm</th><th>ASD, mm</th><th>p</th><th>min</th></tr>");
    for (Row row : table.rows()) {
      html.append(
          format(
              "<tr><td>%s</td><td>%d/%d</td><td>%d</td>%s",
              Html.escape(row.name()),
              row.runs().size(),
              table.seeds(),
              row.cases(),
              cell(row.test(), 4)));
      for (int s = 0; s < row.structureDice().size(); s++) {
        int cases = row.structureCases().get(s);
        String others = cases == row.cases() ? "" : " (" + cases + ")";
        html.append("<td>" + row.structureDice().get(s).text(4) + others + "</td>");
      }
      html.append(cell(row.jaccard(), 4)).append(cell(row.hd95(), 2)).append(cell(row.asd(), 2));
      html.append(
          format(
              "<td>%s</td><td>%.1f</td></tr>",
              Html.escape(row.significance(4)), row.seconds() / 60));
    }
    html.append(
        format(
            "</table></div><p class=\"note\">Mean ± SD over seeds of the mean over test cases, each"
                + " the mean over the structures that its prediction or truth has. Cases: those"
                + " with such a structure; in brackets where a structure is in fewer. HD95: the %s."
                + " p: paired Wilcoxon signed-rank test over the test cases (each the mean over the"
                + " seeds both have; cases with a value of both) against %s, two-sided,"
                + " Holm-corrected.</p>",
            Hd95.POOLED.definition(), Html.escape(table.reference())));
    table.notes().forEach(note -> html.append("<p class=\"note\">" + Html.escape(note) + "</p>"));
  }

  private static String cell(Spread spread, int digits) {
    return "<td>" + spread.text(digits) + "</td>";
  }

  private void curves(StringBuilder html) {
    List<LineChart.Line> lines = new ArrayList<>();
    int last = 0;
    for (Row row : table.rows()) {
      if (row.poolDice().size() > 1) {
        List<Integer> rounds = IntStream.range(0, row.poolDice().size()).boxed().toList();
        lines.add(new LineChart.Line(row.name(), rounds, row.poolDice()));
        last = Math.max(last, row.poolDice().size() - 1);
      }
    }
    if (!lines.isEmpty()) {
      html.append("<h2>Pseudo-labels per round: mean Dice on the pool's hidden labels</h2>");
      html.append(LineChart.of(lines, last));
    }
  }

  private void times(StringBuilder html) {
    double longest = table.rows().stream().mapToDouble(Row::seconds).max().orElse(1);
    html.append("<h2>Time of a run</h2><p class=\"key\">");
    for (String kind : List.of("generalist", "specialist", "refinement", "other")) {
      html.append(format("<i style=\"background:%s\"></i>%s", COLOURS.get(kind), kind));
    }
    html.append("</p><table><tr><th>system</th><th>min</th><th>generalist</th><th></th></tr>");
    for (Row row : table.rows()) {
      StringBuilder bar = new StringBuilder();
      row.time()
          .forEach(
              (kind, seconds) ->
                  bar.append(
                      format(
                          "<span class=\"bar\" style=\"display:inline-block;border-radius:0;"
                              + "width:%.1fpx;background:%s\"></span>",
                          400 * seconds / longest, COLOURS.get(kind))));
      html.append(
          format(
              "<tr><td>%s</td><td>%.1f</td><td>%.1f %%</td>"
                  + "<td style=\"text-align:left;white-space:nowrap\">%s</td></tr>",
              Html.escape(row.name()),
              row.seconds() / 60,
              100 * row.time().get("generalist") / Math.max(1e-9, row.seconds()),
              bar));
    }
    html.append("</table>");
  }
}
