package org.onelabel.pipeline.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.experiment.ExperimentTable;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.metrics.MeanMetrics;
import org.onelabel.pipeline.metrics.Metrics;
import org.onelabel.pipeline.training.RoundSummary;

class RunMetricsTest {
  private static final double NONE = Double.NaN;
  private static final Metrics ABSENT = new Metrics(NONE, NONE, NONE, NONE, NONE);

  @TempDir private Path folder;

  private static Metrics metrics(double dice, double millimetres) {
    return new Metrics(dice, dice / (2 - dice), millimetres, millimetres / 2, millimetres / 2);
  }

  /** Structure b is in one of three test cases, structure c in none, and one case has nothing. */
  private static RunMetrics metrics() {
    return new RunMetrics(
        Hd95.POOLED,
        List.of("a", "b", "c"),
        1,
        List.of(new RoundSummary(1, 20, NONE, NONE, List.of(), false)),
        List.of(new RunMetrics.Estimate("test", "t", List.of(0.8, 0.6, NONE))),
        List.of(
            new RunMetrics.Measured("pseudo-labels", 0, "p", List.of(0.6, 0.2, NONE)),
            new RunMetrics.Measured("pseudo-labels", 0, "q", List.of(0.8, NONE, NONE)),
            new RunMetrics.Measured("pseudo-labels", 0, "r", List.of(NONE, NONE, NONE))),
        List.of(
            new RunMetrics.CaseMetrics("test", "t", List.of(metrics(0.9, 4), ABSENT, ABSENT)),
            new RunMetrics.CaseMetrics(
                "test", "u", List.of(metrics(0.7, 6), metrics(0.3, 10), ABSENT)),
            new RunMetrics.CaseMetrics("test", "v", List.of(ABSENT, ABSENT, ABSENT)),
            new RunMetrics.CaseMetrics("validation", "w", List.of(ABSENT, ABSENT, ABSENT))));
  }

  @Test
  void meansStandOnWhatIsThereAndSayOnHowMuch() {
    RunMetrics.SetMetrics test = metrics().sets().get("test");
    // The case means are 0.9 and (0.7 + 0.3) / 2.
    assertEquals(2, test.mean().cases());
    assertEquals(0.7, test.mean().dice(), 1e-12);
    assertEquals(0.4 / Math.sqrt(2), test.mean().deviation(), 1e-12);
    assertEquals((4 + 8) / 2.0, test.mean().hd95(), 1e-12);
    assertEquals(List.of(2, 1, 0), test.structureCases());
    assertEquals(0.8, test.structures().get(0), 1e-12);
    assertEquals(List.of(0.3, NONE), test.structures().subList(1, 3));

    RunMetrics.RoundDice pool = metrics().poolDice().get("pseudo-labels").getFirst();
    assertEquals(2, pool.cases());
    assertEquals((0.4 + 0.8) / 2, pool.mean(), 1e-12);
    assertEquals(List.of(2, 1, 0), pool.structureCases());
    assertEquals(0.7, pool.structures().get(0), 1e-12);

    RunMetrics.SetMetrics nothing = metrics().sets().get("validation");
    assertEquals(0, nothing.mean().cases());
    assertTrue(Double.isNaN(nothing.mean().dice()) && Double.isNaN(nothing.mean().hd95()));
    assertEquals(
        List.of(
            "                                   cases    Dice      SD  a  b  c",
            "pseudo-labels after round 0            2  0.6000  0.2828  0.7000  0.2000 (1)  – (0)",
            "model on validation                    0       –       –  –  –  –",
            "model on test                          2  0.7000  0.2828  0.8000  0.3000 (1)  – (0)",
            "estimated for test                     1  0.7000       –  0.8000  0.6000  – (0)",
            "The model is of round 1.",
            "Its mean Dice is probably about 0.70: an estimate that needs no label.",
            "On 2 test cases its mean Dice is 0.70."),
        metrics().lines());
  }

  @Test
  void aSingleCaseHasNoDeviation() {
    assertTrue(Double.isNaN(MeanMetrics.of(List.of(metrics(0.5, 1))).deviation()));
    assertTrue(Double.isNaN(MeanMetrics.of(List.of(metrics(0.5, 1), ABSENT)).deviation()));
  }

  @Test
  void whatIsNotThereIsNullInTheFileAndReadBack() throws IOException {
    Path file = folder.resolve("metrics.json");
    Json.write(file, metrics());
    String text = Files.readString(file);
    assertFalse(text.contains("NaN"), text);
    assertTrue(text.contains("\"dice\" : [ 0.8, null, null ]"), text);
    assertTrue(text.contains("\"structureCases\" : [ 2, 1, 0 ]"), text);
    assertTrue(text.contains("\"hd95\" : \"pooled\""), text);
    assertEquals(metrics(), Json.read(file, RunMetrics.class));
    assertTrue(Double.isNaN(Json.readNumbers(Files.writeString(file, "{\"a\":null}")).get("a")));
  }

  @Test
  void aFileByEarlierRulesIsReadAndSaysSo() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("metrics.json"),
            """
            {"structures": ["a"], "modelRound": 1,
             "rounds": [{"round": 1, "validation": null, "lost": []}],
             "poolDice": {"pseudo-labels": [], "predicted":
               [{"round": 1, "mean": 0.5, "deviation": 0.0, "structures": [0.5]}]},
             "sets": {"test": {"cases": 1, "dice": 0.25, "deviation": 0.0, "jaccard": 0.2,
               "hd95": 3.0, "asd": 2.0, "structures": [0.25]}},
             "pool": [{"kind": "predicted", "round": 1, "id": "p", "dice": [0.5]}],
             "cases": [{"set": "test", "id": "t", "structures":
               [{"dice": 0.25, "jaccard": 0.2, "hd95": 3.0, "asd": 2.0, "assd": 2.5}]}]}
            """);
    RunMetrics read = Json.read(file, RunMetrics.class);
    assertTrue(read.isByEarlierRules());
    assertFalse(metrics().isByEarlierRules());
    assertTrue(Double.isNaN(read.rounds().getFirst().validation()));
    assertEquals(0.5, read.poolDice().get("predicted").getFirst().mean());
    assertEquals(new MeanMetrics(1, 0.25, NONE, 0.2, 3, 2, 2.5), read.sets().get("test").mean());
    ExperimentTable table =
        ExperimentTable.of(
            List.of("a"),
            "ours",
            1,
            Map.of("ours", List.of(new ExperimentTable.Run(1, read, Map.of()))));
    assertEquals(1, table.rows().getFirst().test().cases());
    assertTrue(table.lines().getLast().startsWith("ours, seed 1: measured by an earlier version"));
  }
}
