package org.onelabel.networks;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");

  @Test
  void residentMemoryStaysFlatOverAThousandSteps() {
    assumeTrue(Files.isReadable(STATUS), "resident memory is read from /proc/self/status");
    TrainingSettings settings =
        new TrainingSettings(
            new int[] {32, 16, 16},
            1000,
            1,
            1,
            Optimiser.SGD,
            0.01,
            0,
            1,
            0.9,
            1e-4,
            0.99,
            0.1,
            2,
            Augmentation.ANATOMICAL,
            1000,
            MethodKind.MEAN_TEACHER,
            1,
            "");
    long[] resident = new long[2];
    new Training(new Architecture(1, true, 2, 4), settings, 1)
        .run(
            List.of(TrainingTest.ball(1)),
            List.of(TrainingTest.ball(2)),
            null,
            (_, _) -> new Training.Verdict(Double.NaN, false),
            step -> {
              if (step.iteration() == 200 || step.iteration() == 1000) {
                System.gc();
                resident[step.iteration() / 1000] = residentKilobytes();
              }
            });
    long growth = resident[1] - resident[0];
    System.out.printf(
        "resident %d MB after 200 steps, %d MB after 1,000%n",
        resident[0] / 1024, resident[1] / 1024);
    // One activation of a step kept by mistake would be 0.5 MB, 400 MB over these steps.
    assertTrue(growth < 48 * 1024, "800 steps took " + growth + " kB");
  }

  private static long residentKilobytes() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
