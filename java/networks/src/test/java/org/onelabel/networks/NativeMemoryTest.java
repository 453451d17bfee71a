package org.onelabel.networks;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class NativeMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");

  @Tag("long")
  @Test
  void residentMemoryStaysFlatOverAThousandSteps() {
    assumeTrue(Files.isReadable(STATUS), "resident memory is read from /proc/self/status");
    TrainingSettings settings =
        new TrainingSettings(
            new int[] {32, 16, 16},
            1000,
            0,
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
            new Sampling(Augmentation.ANATOMICAL),
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
            (_, _) -> Training.Verdict.NONE,
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

  /** What fails on the way to a network closes what was opened before. */
  @Test
  void networksThatCannotBeOpenedLeaveNothing() {
    assumeTrue(Files.isReadable(STATUS), "resident memory is read from /proc/self/status");
    Map<String, Tensor> weights = new LinkedHashMap<>();
    List<String> names = SamMed3d.needed(Map.of());
    names.forEach(name -> weights.put(name, Tensor.of(new float[1], 1, 1, 1, 1, 1)));
    // 4 MB that are taken, and last a shape that no array can have.
    weights.put(names.getFirst(), Tensor.of(new float[1 << 20], 1, 1 << 20, 1, 1, 1));
    weights.put(names.getLast(), Tensor.of(new float[4], -2, -2));
    Architecture architecture = new Architecture(NetworkKind.SAM_MED3D, 1, false, 2, 1);
    assertLeavesNothing(() -> SamMed3d.of(weights).close());
    assertLeavesNothing(() -> Specialist.of(architecture, weights).close());
  }

  private static void assertLeavesNothing(Executable opening) {
    long before = 0;
    for (int n = 0; n < 60; n++) {
      assertThrows(RuntimeException.class, opening);
      if (n == 20) {
        System.gc();
        before = residentKilobytes();
      }
    }
    System.gc();
    long growth = residentKilobytes() - before;
    // Each time 4 MB of weights and the operators.
    assertTrue(growth < 40 * 1024, "40 networks that could not be opened took " + growth + " kB");
  }

  /** Nothing lies between a network's memory and the engine's that nobody would close. */
  @Test
  void aNetworkOwnsAllItsMemory() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    SamMed3d.needed(Map.of())
        .forEach(name -> weights.put(name, Tensor.of(new float[1], 1, 1, 1, 1, 1)));
    try (SamMed3d network = SamMed3d.of(weights);
        NDManager own = NDManager.newBaseManager(Operators.ENGINE)) {
      assertSame(own.getParentManager(), network.manager().getParentManager());
    }
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
