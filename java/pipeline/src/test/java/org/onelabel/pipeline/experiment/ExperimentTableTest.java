package org.onelabel.pipeline.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.metrics.Metrics;

class ExperimentTableTest {
  @TempDir private Path folder;

  @Test
  void holmMultipliesTheSmallestByTheirRankAndNeverFalls() {
    Map<String, Double> p = new LinkedHashMap<>();
    p.put("a", 0.04);
    p.put("b", 0.01);
    p.put("c", 0.03);
    p.put("d", 0.6);
    Map<String, Double> corrected = PairedTest.holm(p);
    assertEquals(0.04, corrected.get("b"), 1e-12);
    assertEquals(0.09, corrected.get("c"), 1e-12);
    assertEquals(0.09, corrected.get("a"), 1e-12);
    assertEquals(0.6, corrected.get("d"), 1e-12);
  }

  @Test
  void theSignedRankTestIsExactForFewCases() {
    // All six differences of one sign: 2 of the 2^6 ways.
    double[] low = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
    double[] high = {0.15, 0.27, 0.38, 0.49, 0.61, 0.73};
    assertEquals(2.0 / 64, PairedTest.wilcoxon(high, low), 1e-12);
    assertEquals(1, PairedTest.wilcoxon(low, low));
  }

  private static ExperimentTable.Run run(long seed, double... dice) {
    List<RunMetrics.CaseMetrics> cases = new ArrayList<>();
    for (int i = 0; i < dice.length; i++) {
      double apart = Double.isNaN(dice[i]) ? Double.NaN : 1;
      Metrics metrics = new Metrics(dice[i], dice[i] / (2 - dice[i]), 3 * apart, apart, apart);
      cases.add(new RunMetrics.CaseMetrics("test", "case " + i, List.of(metrics)));
    }
    RunMetrics metrics =
        new RunMetrics(Hd95.POOLED, List.of("organ"), 1, List.of(), List.of(), List.of(), cases);
    Map<String, Double> seconds = Map.of("features", 2.0, "round-1-training", 60.0);
    return new ExperimentTable.Run(seed, metrics, seconds);
  }

  @Test
  void systemsAreComparedCaseByCaseOverTheMeanOfTheirSeeds() {
    Map<String, List<ExperimentTable.Run>> runs = new LinkedHashMap<>();
    runs.put(
        "ours",
        List.of(run(1, 0.8, 0.7, 0.9, 0.85, 0.75, 0.6), run(2, 0.8, 0.8, 0.9, 0.85, 0.75, 0.7)));
    runs.put("theirs", List.of(run(1, 0.7, 0.58, 0.84, 0.8, 0.67, 0.49)));
    runs.put("not run", List.of());
    ExperimentTable table = ExperimentTable.of(List.of("organ"), "ours", 2, runs);
    assertEquals(2, table.rows().size(), "a system without runs has no row");
    ExperimentTable.Row ours = table.rows().getFirst();
    assertEquals((4.6 / 6 + 4.8 / 6) / 2, ours.test().dice().mean(), 1e-12);
    assertTrue(Double.isNaN(ours.against().p()));
    assertEquals("", ours.against().significance(4));
    assertEquals(2.0 / 64, table.rows().getLast().against().p(), 1e-12);
    assertEquals("0.0313", table.rows().getLast().against().significance(4));
    assertEquals("< 0.1", table.rows().getLast().against().significance(1));
    assertTrue(ours.test().dice().text(4).contains(" ± "), ours.test().dice().text(4));
    assertEquals(
        "0.6800", table.rows().getLast().test().dice().text(4), "one run has no deviation");
    assertEquals(2, ours.time().get(WorkKind.GENERALIST), 1e-12);
    assertEquals(60, ours.time().get(WorkKind.SPECIALIST), 1e-12);
  }

  @ParameterizedTest
  @CsvSource({
    "registration,GENERALIST",
    "round-1-training,SPECIALIST",
    "round-2-refinement,REFINEMENT",
    "predictions,SPECIALIST",
    "evaluation,OTHER"
  })
  void timeIsThatOfTheWorkItWentInto(String stage, WorkKind kind) {
    assertEquals(kind, WorkKind.of(stage));
  }

  @Test
  void seedsThatOnlyOneSystemHasDoNotCountInTheTest() {
    Map<String, List<ExperimentTable.Run>> runs = new LinkedHashMap<>();
    runs.put("ours", List.of(run(1, 0.8, 0.7, 0.9, 0.8, 0.7, 0.6), run(2, 0, 0, 0, 0, 0, 0)));
    runs.put("same", List.of(run(1, 0.8, 0.7, 0.9, 0.8, 0.7, 0.6)));
    runs.put("other seeds", List.of(run(3, 0.8, 0.7, 0.9, 0.8, 0.7, 0.6)));
    List<ExperimentTable.Row> rows = ExperimentTable.of(List.of("organ"), "ours", 3, runs).rows();
    assertEquals(1, rows.get(1).against().p(), 1e-12);
    assertTrue(Double.isNaN(rows.get(2).against().p()));
  }

  @Test
  void casesWithoutAValueAreInNoMeanAndNoPair() {
    double none = Double.NaN;
    Map<String, List<ExperimentTable.Run>> runs = new LinkedHashMap<>();
    runs.put("ours", List.of(run(1, 0.8, 0.7, 0.9, 0.85, 0.75, 0.6, none, none)));
    runs.put("theirs", List.of(run(1, 0.7, 0.58, 0.84, 0.8, 0.67, 0.49, 0, none)));
    runs.put("empty", List.of(run(1, none, none, none, none, none, none, none, none)));
    ExperimentTable table = ExperimentTable.of(List.of("organ"), "ours", 1, runs);
    ExperimentTable.Row ours = table.rows().get(0);
    assertEquals(6, ours.test().cases());
    assertEquals(6, ours.structures().getFirst().cases());
    assertEquals(4.6 / 6, ours.test().dice().mean(), 1e-12);
    ExperimentTable.Row theirs = table.rows().get(1);
    assertEquals(7, theirs.test().cases(), "an invented structure counts");
    assertEquals(4.08 / 7, theirs.test().dice().mean(), 1e-12);
    assertEquals(6, theirs.against().cases());
    assertEquals(2.0 / 64, theirs.against().p(), 1e-12);
    ExperimentTable.Row empty = table.rows().get(2);
    assertEquals(0, empty.test().cases());
    assertTrue(Double.isNaN(empty.against().p()));
    assertTrue(table.lines().get(3).matches("empty +1/1 +0 +– +– .*"), table.lines().get(3));

    Grid grid =
        new Grid("quick", List.of("supervised"), List.of(), List.of(), List.of(1L), "", Map.of());
    new ExperimentReport(folder, "data", grid, table).write();
    assertEquals(
        List.of(
            "system,seeds,cases,dice,dice_sd,jaccard,hd95_mm,asd_mm,p_holm,p_cases,seconds,"
                + "\"dice organ\",\"cases organ\",seconds_generalist,seconds_specialist,"
                + "seconds_refinement,seconds_other",
            "\"empty\",1,0,,,,,,,,62.0,,0,2.0,60.0,0.0,0.0"),
        List.of(lines("table.csv").getFirst(), lines("table.csv").getLast()));
    assertTrue(lines("cases.csv").contains("\"ours\",1,test,\"case 6\",\"organ\",,,,,"));
    assertTrue(lines("table.tex").contains("empty & 0 & -- & -- & -- & -- & -- \\\\"));
    String html = String.join("", lines("report.html"));
    assertTrue(html.contains("<td>empty</td><td>1/1</td><td>0</td><td>–</td><td>–</td>"), html);
    assertFalse(html.contains("NaN"), html);
  }

  @Test
  void namesAreQuotedInTablesAndEscapedOnThePage() {
    String name = "ours, \"<b>\"";
    ExperimentTable table =
        ExperimentTable.of(
            List.of("a & b"), name, 1, Map.of(name, List.of(run(1, 0.8, 0.7, 0.9, 0.6))));
    Grid grid =
        new Grid("quick", List.of("supervised"), List.of(), List.of(), List.of(1L), "", Map.of());
    new ExperimentReport(folder, "data <set>", grid, table).write();
    assertTrue(lines("table.csv").getLast().startsWith("\"ours, \"\"<b>\"\"\",1,4,0.750000,"));
    assertTrue(lines("table.csv").getFirst().contains(",seconds,\"dice a & b\",\"cases a & b\","));
    assertEquals(
        "\"ours, \"\"<b>\"\"\",1,test,\"case 3\",\"a & b\",0.600000,0.428571,3.0000,1.0000,",
        lines("cases.csv").getLast());
    String html = String.join("\n", lines("report.html"));
    assertTrue(html.contains("<h1>data &lt;set&gt;</h1>"), html);
    assertTrue(html.contains("<th>a &amp; b</th>"), html);
    assertTrue(html.contains("<td>ours, \"&lt;b&gt;\"</td>"), html);
    assertFalse(html.contains("<b>"), html);
  }

  @Test
  void aNameThatASpreadsheetWouldTakeForAFormulaStandsAsText() {
    ExperimentTable table =
        ExperimentTable.of(
            List.of("=1+1"), "@a", 1, Map.of("@a", List.of(run(1, 0.8), run(2, 0.7))));
    assertTrue(CsvTables.systems(table).contains("\n\"'@a\",2,"), CsvTables.systems(table));
    assertTrue(
        CsvTables.cases(table).contains("\n\"'@a\",1,test,\"case 0\",\"'=1+1\",0.800000,"),
        CsvTables.cases(table));
  }

  private List<String> lines(String name) {
    try {
      return Files.readAllLines(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
