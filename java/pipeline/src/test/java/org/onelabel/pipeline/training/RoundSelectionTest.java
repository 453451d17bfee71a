package org.onelabel.pipeline.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundSelectionTest {
  private static final double NONE = Double.NaN;

  private static RoundSummary round(int round, double validation, String... lost) {
    return new RoundSummary(round, 10 * round, validation, NONE, List.of(lost), false);
  }

  private static int best(RoundSummary... rounds) {
    return RoundSelection.of(List.of(rounds), Map.of(), false).round();
  }

  @Test
  void validationCasesChooseAlsoThePropagation() {
    assertEquals(1, best(round(0, 0.7), round(1, 0.8), round(2, 0.6)));
    assertEquals(0, best(round(0, 0.9), round(1, 0.8), round(2, 0.6)));
    assertEquals(2, best(round(0, 0.8), round(1, 0.8), round(2, 0.8)), "the later on a tie");
    assertEquals(1, best(round(0, NONE), round(1, 0.1), round(2, NONE)));
  }

  @Test
  void aLaterRoundIsTakenWhereAnEarlierOneIsHardlyBetter() {
    assertEquals(2, best(round(0, 0.809), round(1, 0.7), round(2, 0.8)));
    assertEquals(0, best(round(0, 0.811), round(1, 0.7), round(2, 0.8)));
    assertEquals(2, best(round(1, 0.801), round(2, 0.8)));
    assertEquals(1, best(round(0, 0.82), round(1, 0.812), round(2, 0.804)));
  }

  @Test
  void withoutValidationTheLastThatKeptMostIsTheBest() {
    assertEquals(2, best(round(0, NONE), round(1, NONE), round(2, NONE)));
    assertEquals(1, best(round(0, NONE), round(1, NONE), round(2, NONE, "a")));
    assertEquals(0, best(round(0, NONE), round(1, NONE, "a"), round(2, NONE, "b")));
    assertEquals(2, best(round(0, NONE, "b"), round(1, NONE, "a", "b"), round(2, NONE, "b")));
    assertEquals(1, best(round(1, NONE, "a", "b")), "a baseline has no other");
  }

  @Test
  void withoutValidationEstimatesChooseAmongThoseThatKeptMost() {
    List<RoundSummary> rounds = List.of(round(0, NONE), round(1, NONE), round(2, NONE));
    assertEquals(1, RoundSelection.of(rounds, Map.of(1, 0.8, 2, 0.7), false).round());
    assertEquals(2, RoundSelection.of(rounds, Map.of(1, 0.8, 2, 0.795), false).round());
    assertEquals(
        2,
        RoundSelection.of(
                List.of(round(0, NONE), round(1, NONE, "a"), round(2, NONE)),
                Map.of(1, 0.8, 2, 0.7),
                false)
            .round(),
        "an estimate is of what is there");
    assertEquals(
        0,
        RoundSelection.of(
                List.of(round(0, NONE), round(1, NONE, "a"), round(2, NONE, "a")),
                Map.of(1, 0.8, 2, 0.9),
                false)
            .round());
    assertEquals(
        2,
        RoundSelection.of(List.of(round(1, 0.7), round(2, 0.8)), Map.of(1, 0.9, 2, 0.1), false)
            .round(),
        "what is measured counts more");
  }

  @Test
  void estimatesSpeakForALaterRoundThatFewValidationCasesLikeLess() {
    List<RoundSummary> rounds = List.of(round(0, 0.7), round(1, 0.84), round(2, 0.82));
    assertEquals(2, RoundSelection.of(rounds, Map.of(1, 0.6, 2, 0.7), false).round());
    assertEquals(
        1, RoundSelection.of(rounds, Map.of(1, 0.69, 2, 0.7), false).round(), "not clearly");
    assertEquals(
        1,
        RoundSelection.of(List.of(round(1, 0.84), round(2, 0.78)), Map.of(1, 0.6, 2, 0.7), false)
            .round(),
        "it is too far behind");
    assertEquals(
        0,
        RoundSelection.of(List.of(round(0, 0.84), round(1, 0.82)), Map.of(1, 0.9), false).round());
  }

  @Test
  void aPropagationThatHasASayBesideANetworkIsTakenAloneWhereItIsMuchBetter() {
    List<RoundSummary> near = List.of(round(0, 0.836), round(1, 0.784), round(2, 0.825));
    assertEquals(0, RoundSelection.of(near, Map.of(), false).round());
    assertEquals(2, RoundSelection.of(near, Map.of(), true).round());
    List<RoundSummary> far = List.of(round(0, 0.836), round(1, 0.784), round(2, 0.78));
    assertEquals(0, RoundSelection.of(far, Map.of(), true).round());
    List<RoundSummary> lost = List.of(round(0, 0.836), round(1, 0.82, "a"));
    assertEquals(0, RoundSelection.of(lost, Map.of(), true).round());
  }
}
