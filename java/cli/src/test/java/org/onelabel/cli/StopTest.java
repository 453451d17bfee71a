package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.SmallCohort;

/** Ctrl-C and its like while networks learn: an exit code, a line, and no crash. */
class StopTest {
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  @TempDir private Path folder;
  private Path cohort;
  private Path run;
  private Path output;

  @BeforeEach
  void draw() {
    cohort = folder.resolve("a cohort");
    SmallCohort.writeLeast(cohort, 3);
    run = folder.resolve("run");
    output = folder.resolve("output.txt");
  }

  private List<String> command(boolean resume, String... settings) {
    return new SmallRun(cohort, output, settings).command(run, resume, "1g");
  }

  /**
   * Ends a process by a signal once it has written a file, and a while later; its exit code, or
   * nothing if it had come to its end before.
   */
  private OptionalInt stop(List<String> command, Path sign, long milliseconds, int signal)
      throws IOException, InterruptedException {
    // Where tests run in the background of a shell, Ctrl-C would not reach them.
    List<String> all = new ArrayList<>(List.of("env", "--default-signal=INT"));
    all.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    Process process = builder.start();
    while (process.isAlive() && !Files.exists(sign)) {
      Thread.sleep(10);
    }
    if (process.waitFor(milliseconds, TimeUnit.MILLISECONDS)) {
      return OptionalInt.empty();
    }
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    return OptionalInt.of(process.waitFor());
  }

  private void assertStopped(int signal, int exit) throws IOException {
    assertEquals(
        "onelabel: stopped; to go on: onelabel run --data '%s' --out %s --device cpu --resume"
            .formatted(cohort, run),
        Files.readString(output).lines().reduce((_, last) -> last).orElse(""));
    assertEquals(128 + signal, exit);
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(files.noneMatch(f -> f.getFileName().toString().startsWith("hs_err")), "crashed");
    }
  }

  @Test
  void aStoppedTrainingSaysHowItGoesOnAndDoes() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(command(false, "training.iterations=36"));
    // A baseline trains at once.
    command.addAll(List.of("--baseline", "supervised"));
    Path checkpoint = run.resolve("round-1/checkpoint.safetensors");
    assertStopped(SIGTERM, stop(command, checkpoint, 0, SIGTERM).orElseThrow());
    assertTrue(Files.exists(checkpoint));
    SmallRun small = new SmallRun(cohort, output);
    assertEquals(0, small.run(small.command(run, true, "1g")), small::said);
  }

  @Tag("long")
  @Test
  void noMomentOfARunCrashes() throws IOException, InterruptedException {
    SmallRun small = new SmallRun(cohort, output, "registration.find=false");
    long begin = System.nanoTime();
    assertEquals(0, small.run(small.command(run, false, "1g")), small::said);
    long whole = (System.nanoTime() - begin) / 1_000_000;
    Random random = new Random(17);
    int stops = 0;
    while (stops < 4) {
      SmallRun.delete(run);
      int signal = random.nextBoolean() ? SIGINT : SIGTERM;
      Path begun = run.resolve("configuration.json");
      List<String> command = command(false, "registration.find=false");
      long moment = random.nextLong(whole / 2);
      OptionalInt exit = stop(command, begun, moment, signal);
      if (small.said().contains("report: ")) {
        // It came to its end before: other tests ran beside the first run, and it was slower.
        whole = moment;
      } else {
        assertStopped(signal, exit.orElseThrow());
        stops++;
      }
    }
  }
}
