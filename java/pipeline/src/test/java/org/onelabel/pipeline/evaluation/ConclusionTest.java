package org.onelabel.pipeline.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.metrics.Metrics;
import org.onelabel.pipeline.training.RoundSummary;

class ConclusionTest {
  private static final double NONE = Double.NaN;
  private static final String UNKNOWN =
      "There are no validation cases: nothing here tells how good the labels are; look at some"
          + " before you use them.";
  private static final String LITTLE =
      "Its mean Dice on the pool is probably about 0.20: an estimate that needs no label.";
  private static final String UNCONFIRMED =
      "There are no validation cases to confirm that: look at some labels before you use them.";
  private static final String PROPAGATED = "the labels are those of the propagation (round 0).";

  private static RoundSummary round(int round, double validation, String... lost) {
    return new RoundSummary(round, 10 * round, validation, NONE, List.of(lost), false);
  }

  private static RunMetrics.CaseMetrics measured(String set, double dice) {
    return new RunMetrics.CaseMetrics(set, "id", List.of(new Metrics(dice, 0, 0, 0, 0)));
  }

  private static List<String> of(
      int modelRound, List<RoundSummary> rounds, RunMetrics.CaseMetrics... cases) {
    return Conclusion.of(
        new RunMetrics(
            Hd95.POOLED,
            List.of("left"),
            modelRound,
            rounds,
            List.of(),
            List.of(),
            List.of(cases)));
  }

  @Test
  void aModelIsWorthItsDiceOnCasesItDidNotLearnFrom() {
    List<RoundSummary> rounds = new ArrayList<>(List.of(round(0, 0.5), round(1, 0.6)));
    rounds.add(round(2, 0.8));
    assertEquals(
        List.of(
            "The model is of round 2.",
            "On 2 validation cases its mean Dice is 0.80.",
            "On 1 test case its mean Dice is 0.71."),
        of(
            2,
            rounds,
            measured("validation", 0.7),
            measured("validation", 0.9),
            measured("test", 0.71),
            measured("pool", 0.9)));
  }

  @Test
  void wherePropagationIsTheAnswerItSaysWhy() {
    assertEquals(
        List.of("Nothing was trained: " + PROPAGATED, UNKNOWN), of(0, List.of(round(0, NONE))));
    assertEquals(
        List.of("No training kept left: " + PROPAGATED, UNKNOWN),
        of(0, List.of(round(0, NONE), round(1, NONE, "left"), round(2, NONE, "right", "left"))));
    assertEquals(
        List.of("No training kept every structure: " + PROPAGATED, UNKNOWN),
        of(0, List.of(round(0, NONE), round(1, NONE, "left"), round(2, NONE, "right"))));
    assertEquals(
        List.of(
            "No training was better on the validation cases: " + PROPAGATED,
            "On 1 validation case their mean Dice is 0.90."),
        of(0, List.of(round(0, 0.9), round(1, 0.8)), measured("validation", 0.9)));
  }

  @Test
  void itSaysWhatTheLabelsAreProbablyWorthAndWhichToSee() {
    assertEquals(
        List.of(
            "The model is of round 1.",
            "Its mean Dice on the pool is probably about 0.47: an estimate that needs no label.",
            "There are no validation cases to confirm that: look at some labels before you use"
                + " them.",
            "More labels are probably needed here: look at c (0.20), b (0.30), d (0.58)"
                + " first."),
        estimated(
            estimate("pool", "a", 0.8),
            estimate("pool", "b", 0.3),
            estimate("pool", "c", 0.2),
            estimate("pool", "d", 0.58)));
    assertEquals(
        "Look at d (0.50) first.",
        estimated(
                estimate("pool", "a", 0.9), estimate("pool", "b", 0.8), estimate("test", "d", 0.5))
            .getLast());
    assertEquals(
        "Look at d (0.70) first.",
        estimated(
                estimate("pool", "a", 0.9),
                estimate("pool", "b", 0.92),
                estimate("pool", "c", 0.92),
                estimate("pool", "d", 0.7))
            .getLast(),
        "it is far below the others");
    assertEquals(
        "More labels are probably needed here.", estimated(estimate("pool", "a", 0.65)).getLast());
    assertEquals(List.of("The model is of round 1.", UNKNOWN), estimated());
  }

  @Test
  void anEstimateStandsBesideWhatIsMeasured() {
    assertEquals(
        List.of(
            "The model is of round 1.",
            "Its mean Dice is probably about 0.80: an estimate that needs no label.",
            "On 1 test case its mean Dice is 0.71."),
        Conclusion.of(
            new RunMetrics(
                Hd95.POOLED,
                List.of("left"),
                1,
                List.of(round(1, NONE)),
                List.of(estimate("test", "a", 0.8)),
                List.of(),
                List.of(measured("test", 0.71)))));
  }

  private static RunMetrics.Estimate estimate(String set, String id, double dice) {
    return new RunMetrics.Estimate(set, id, List.of(dice));
  }

  private static List<String> estimated(RunMetrics.Estimate... estimates) {
    return Conclusion.of(
        new RunMetrics(
            Hd95.POOLED,
            List.of("left"),
            1,
            List.of(round(1, NONE)),
            List.of(estimates),
            List.of(),
            List.of()));
  }

  @Test
  void aNetworkThatDidNotLearnTheTemplateWasTrainedTooBriefly() {
    assertEquals(
        List.of(
            "The model is of round 2.",
            LITTLE,
            UNCONFIRMED,
            "The training was probably too short: even on the template, which it learnt from, the"
                + " network has a mean Dice of 0.31 only; set training.iterations higher."),
        learnt(2, 0.9, 0.31),
        "the label is not to blame for that");
    assertEquals(
        List.of(
            "The model is of round 2.",
            LITTLE,
            UNCONFIRMED,
            "More labels are probably needed here: look at a (0.20) first."),
        learnt(2, 0.31, 0.9));
    assertTrue(
        learnt(0, 0.2, 0.31).getLast().contains("a mean Dice of 0.31 only"),
        "also where no training was kept");
  }

  /** Two rounds with these Dice on the template, and a model that agrees little. */
  private static List<String> learnt(int modelRound, double first, double second) {
    return Conclusion.of(
        new RunMetrics(
            Hd95.POOLED,
            List.of("left"),
            modelRound,
            List.of(
                new RoundSummary(0, 0, NONE, NONE, List.of(), false),
                new RoundSummary(1, 10, NONE, first, List.of(), false),
                new RoundSummary(2, 10, NONE, second, List.of(), false)),
            modelRound == 0 ? List.of() : List.of(estimate("pool", "a", 0.2)),
            List.of(),
            List.of()));
  }

  @Test
  void whatTheModelLostIsNamed() {
    assertEquals(
        List.of("The model is of round 1.", "It does not find left, middle and right.", UNKNOWN),
        of(1, List.of(round(1, NONE, "left", "middle", "right"))));
  }

  @Test
  void hiddenLabelsOfThePoolTellWhereNothingElseDoes() {
    assertEquals(
        List.of("The model is of round 1.", "On 1 pool case its mean Dice is 0.25."),
        of(1, List.of(round(1, NONE)), measured("pool", 0.25)));
    assertEquals(
        List.of(
            "The model is of round 1.",
            "No case has a structure that could be measured: nothing here tells how good the labels"
                + " are; look at some before you use them."),
        of(1, List.of(round(1, NONE)), measured("validation", NONE)));
  }
}
