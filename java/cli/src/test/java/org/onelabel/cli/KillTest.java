package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.SmallCohort;

/**
 * Runs that are killed at random moments and resumed come to the bytes of one that nobody touched.
 * Many kills are tagged long; {@code -Donelabel.kills=200} kills that often.
 */
class KillTest {
  @TempDir private Path folder;

  /** No anatomy is looked for, which takes most of such a run's time. */
  @Tag("short")
  @Test
  void aRunThatWasKilledComesToTheSameBytes(TestReporter reporter)
      throws IOException, InterruptedException {
    killRuns(reporter, 2, "registration.find=false");
  }

  @Tag("long")
  @Test
  void runsThatWereKilledComeToTheSameBytes(TestReporter reporter)
      throws IOException, InterruptedException {
    killRuns(reporter, Integer.getInteger("onelabel.kills"));
  }

  private void killRuns(TestReporter reporter, int wanted, String... settings)
      throws IOException, InterruptedException {
    Path cohort = folder.resolve("cohort");
    SmallCohort.writeLeast(cohort, 3);
    SmallCohort.delete(cohort, "imagesUn", "labelsUnHidden", 3, 3);
    SmallRun small = new SmallRun(cohort, folder.resolve("output.txt"), settings);
    Path straight = folder.resolve("straight");
    long begin = System.nanoTime();
    assertEquals(0, small.run(small.command(straight, false, "1g")), small::said);
    long whole = (System.nanoTime() - begin) / 1_000_000;
    Random random = new Random(17);
    int kills = 0;
    int runs = 0;
    List<Long> moments = new ArrayList<>();
    while (kills < wanted) {
      Path killed = folder.resolve("killed-" + runs++);
      Optional<Integer> exit = Optional.empty();
      while (exit.isEmpty()) {
        // A process that dies before the run directory is made leaves nothing to resume.
        boolean begun = Files.exists(killed.resolve("configuration.json"));
        List<String> command = small.command(killed, begun, "1g");
        if (kills < wanted) {
          long moment = random.nextLong(whole);
          exit = small.run(command, moment);
          moments.add(moment);
          kills += exit.isEmpty() ? 1 : 0;
        } else {
          exit = Optional.of(small.run(command));
        }
      }
      assertEquals(Optional.of(0), exit, () -> "resumed after " + moments);
      SmallRun.assertSameResults(straight, killed);
      SmallRun.delete(killed);
    }
    reporter.publishEntry(
        kills + " kills over " + runs + " runs of " + whole + " ms, all the same");
  }
}
