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
