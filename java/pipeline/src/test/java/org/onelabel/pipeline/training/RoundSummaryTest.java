package org.onelabel.pipeline.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.files.Json;

class RoundSummaryTest {
  private static final double NONE = Double.NaN;

  private static RoundSummary round(int round, double validation, String... lost) {
    return new RoundSummary(round, 10 * round, validation, NONE, List.of(lost), false);
  }

  private static int best(RoundSummary... rounds) {
    return RoundSummary.best(List.of(rounds)).round();
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
  void whatWasLostIsNamed() {
    assertEquals(List.of(), round(1, 0.5).warnings());
    assertEquals(
        List.of(
            "round 1: the specialist does not find left",
            "round 1: the specialist does not find right"),
        round(1, 0.5, "left", "right").warnings());
    assertEquals(
        List.of("round 0: the propagation does not find left"), round(0, 0.5, "left").warnings());
    assertEquals(
        List.of("round 2: the loss became no finite number; the best teacher counts"),
        new RoundSummary(2, 5, NONE, NONE, List.of(), true).warnings());
    assertEquals(
        List.of("round 2: the loss became no finite number; the weights it began with count"),
        new RoundSummary(2, 0, NONE, NONE, List.of(), true).warnings());
  }

  @Test
  void aRoundOfAnEarlierVersionSaysNothingOfTheTemplate(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("round.json"),
            "{\"round\": 1, \"iteration\": 5, \"validation\": 0.5, \"lost\": [], \"broken\":"
                + " false}");
    assertTrue(Double.isNaN(Json.read(file, RoundSummary.class).template()));
  }
}
