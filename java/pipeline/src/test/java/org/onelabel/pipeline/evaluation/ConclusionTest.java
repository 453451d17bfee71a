package org.onelabel.pipeline.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.metrics.Metrics;
import org.onelabel.pipeline.training.RoundSummary;

class ConclusionTest {
  private static final double NONE = Double.NaN;
  private static final String UNKNOWN =
      "There are no validation cases: nothing here tells how good the labels are; look at some"
          + " before you use them.";
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
            Hd95.POOLED, List.of("left"), modelRound, rounds, Map.of(), List.of(), List.of(cases)));
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
  void aModelThatAgreesLittleWithThePropagationIsDoubted() {
    Map<String, Double> agreement = Map.of("a", 0.9, "b", 0.3, "c", 0.2, "d", 0.6);
    assertEquals(
        "One label is probably not enough here: propagation and model agree on the pool with a mean"
            + " Dice of 0.50 only, least on c, b.",
        agreeing(agreement).getLast());
    assertEquals(UNKNOWN, agreeing(Map.of("a", 0.9, "b", 0.51)).getLast());
    assertEquals(UNKNOWN, agreeing(Map.of()).getLast());
    assertEquals(
        "Look at d first: propagation and model lie apart there.",
        agreeing(Map.of("a", 0.9, "b", 0.8, "c", 0.9, "d", 0.4)).getLast());
    assertEquals(
        "One label is probably not enough here: propagation and model agree on the pool with a mean"
            + " Dice of 0.60 only.",
        agreeing(Map.of("a", 0.6)).getLast());
  }

  private static List<String> agreeing(Map<String, Double> agreement) {
    return Conclusion.of(
        new RunMetrics(
            Hd95.POOLED,
            List.of("left"),
            1,
            List.of(round(1, NONE)),
            agreement,
            List.of(),
            List.of()));
  }

  @Test
  void aNetworkThatDidNotLearnTheTemplateWasTrainedTooBriefly() {
    assertEquals(
        List.of(
            "The model is of round 2.",
            UNKNOWN,
            "The training was probably too short: even on the template, which it learnt from, the"
                + " network has a mean Dice of 0.31 only; set training.iterations higher."),
        learnt(2, 0.9, 0.31),
        "the label is not to blame for that");
    assertEquals(
        List.of(
            "The model is of round 2.",
            UNKNOWN,
            "One label is probably not enough here: propagation and model agree on the pool with a"
                + " mean Dice of 0.20 only, least on a."),
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
            modelRound == 0 ? Map.of() : Map.of("a", 0.2),
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
