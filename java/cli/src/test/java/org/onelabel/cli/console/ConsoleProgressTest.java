package org.onelabel.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private long seconds = 100;

  /** Four scans of five parts, three seconds each: a line when ten seconds have passed. */
  @Test
  void linesComeEveryTenSecondsAtMostAndTellTheTimeLeft() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    try (ConsoleProgress.Lines lines =
        new ConsoleProgress.Lines("predictions", 4, out, () -> seconds * 1_000_000_000L)) {
      for (int scan = 0; scan < 2; scan++) {
        for (int part = 1; part <= 5; part++) {
          seconds += 3;
          lines.part(part, 5);
        }
        lines.step("scan " + scan);
      }
    }
    assertEquals(
        List.of(
            "begin\tpredictions\t4",
            "at\tpredictions\t0/4\t4/5\t48 s left",
            "at\tpredictions\t1/4\t3/5\t36 s left",
            "end\tpredictions\t2/4\t30.0 s"),
        said.toString(StandardCharsets.UTF_8).lines().toList());
  }
}
