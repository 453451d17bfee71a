package org.onelabel.pipeline.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.RunOrigin;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.metrics.Metrics;

class RunHistoryTest {
  @TempDir private Path folder;
  private RunDirectory run;

  @BeforeEach
  void begin() {
    run = RunDirectory.begin(folder, Configuration.of("quick", Map.of()));
  }

  private static void write(
      Path at,
      List<String> trusted,
      List<RunMetrics.Estimate> estimates,
      RunMetrics.CaseMetrics... cases) {
    write(at, trusted, Map.of());
    Json.write(
        at.resolve("metrics.json"),
        new RunMetrics(
            Hd95.POOLED, List.of("s"), 1, List.of(), estimates, List.of(), List.of(cases)));
  }

  private static void write(Path at, List<String> trusted, Map<String, String> labels) {
    Json.write(
        at.resolve("run.json"), new RunOrigin("a", trusted, labels, List.of("b", "c", "d", "e")));
  }

  private static RunMetrics.Estimate estimate(String id, double dice) {
    return new RunMetrics.Estimate("pool", id, List.of(dice));
  }

  private static RunMetrics.CaseMetrics measured(String set, String id, double dice) {
    return new RunMetrics.CaseMetrics(set, id, List.of(new Metrics(dice, dice, 1, 1, 1)));
  }

  @Test
  void eachStateHasItsLabelsAndTheDiceOfTheVolumesThatAllStatesHave() {
    write(
        run.notes().history(1),
        List.of(),
        List.of(estimate("b", 0.2)),
        measured("pool", "b", 0.1),
        measured("pool", "c", 0.5),
        measured("pool", "d", 0.7),
        measured("test", "t", 0.4));
    write(
        run.notes().history(2),
        List.of("b"),
        List.of(),
        measured("pool", "c", 0.6),
        measured("pool", "d", 0.8),
        measured("test", "t", 0.5));
    write(folder, List.of("b", "d"), List.of(), measured("pool", "c", 0.9));
    RunHistory history = RunHistory.of(run);
    assertTrue(history.isContinued());
    assertEquals(3, history.states().size());
    assertEquals(List.of("a"), history.added(0));
    assertEquals(List.of("b"), history.added(1));
    assertEquals(List.of("d"), history.added(2));
    assertEquals(3, history.labels(2));
    // Volume c alone was learnt from by none; test cases the last state has none.
    assertEquals(
        List.of(
            new RunHistory.Figure("pool (1)", List.of(0.5, 0.6, 0.9)),
            new RunHistory.Figure("test (1)", List.of(0.4, 0.5, Double.NaN))),
        history.figures());
    String page = Pages.render("report/history", history);
    assertTrue(page.contains("<td>history/2</td><td>2</td><td class=\"text\">b</td>"), page);
    assertTrue(page.contains("<td>now</td><td>3</td><td class=\"text\">d</td>"), page);
    assertTrue(page.contains("<td>0.900</td><td>–</td>"), page);
    assertTrue(page.contains(">3 labels</text>"), page);
    assertFalse(page.contains("corrected again"), page);
  }

  @Test
  void whereNothingIsMeasuredTheEstimatesTell() {
    write(run.notes().history(1), List.of(), List.of(estimate("b", 0.5), estimate("c", 0.6)));
    write(folder, List.of("b"), List.of(estimate("c", 0.75)));
    assertEquals(
        List.of(new RunHistory.Figure("pool, estimated (1)", List.of(0.6, 0.75))),
        RunHistory.of(run).figures());
  }

  @Test
  void aLabelThatWasCorrectedASecondTimeIsSaidToBe() {
    write(run.notes().history(1), List.of(), List.of());
    write(run.notes().history(2), List.of("b", "c"), List.of());
    write(run.notes().history(2), List.of("b", "c"), Map.of("b", "01", "c", "02"));
    write(folder, List.of("b", "c", "d"), List.of());
    write(folder, List.of("b", "c", "d"), Map.of("b", "01", "c", "03", "d", "04"));
    RunHistory history = RunHistory.of(run);
    assertEquals(List.of(), history.correctedAgain(0));
    assertEquals(List.of(), history.correctedAgain(1));
    assertEquals(List.of("c"), history.correctedAgain(2));
    assertEquals(List.of("d"), history.added(2));
    String page = Pages.render("report/history", history);
    assertTrue(page.contains("<th class=\"text\">corrected again</th>"), page);
    assertTrue(page.contains("<td class=\"text\">d</td><td class=\"text\">c</td>"), page);
  }

  @Test
  void aRunThatWasNeverCorrectedHasOneState() {
    write(folder, List.of(), List.of());
    assertFalse(RunHistory.of(run).isContinued());
  }
}
