package org.onelabel.networks;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.function.Executable;

/** How much memory this process has in use, native memory too. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /** Skips the test where nothing tells. */
  public static void require() {
    assumeTrue(Files.isReadable(STATUS), "resident memory is read from " + STATUS);
  }

  /** The memory in use. */
  public static long kilobytes() {
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

  /**
   * Holds that doing something again and again takes no memory.
   *
   * @param times it is done, the first third to warm up
   * @param most kilobytes that the rest may take
   */
  public static void assertFlat(int times, long most, Executable doing) {
    require();
    long before = 0;
    for (int n = 0; n < times; n++) {
      assertDoesNotThrow(doing);
      if (n == times / 3) {
        System.gc();
        before = kilobytes();
      }
    }
    System.gc();
    long growth = kilobytes() - before;
    assertTrue(growth < most, times - times / 3 + " times took " + growth + " kB");
  }
}
