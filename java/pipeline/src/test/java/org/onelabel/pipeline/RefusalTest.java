package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.onelabel.volumes.InputException;

/**
 * What a hostile file costs before it is refused: no memory that it asks for. The time it takes is
 * measured by a benchmark, {@code RefusalBenchmark}.
 */
class RefusalTest {
  private static final long CONSTANT = 4 << 20;
  private static final int TRIES = 3;

  @TempDir private Path folder;

  static Stream<HostileFile> files() {
    return HostileFile.all();
  }

  @ParameterizedTest
  @MethodSource("files")
  void takesNoMemoryThatTheFileAsksFor(HostileFile hostile) throws IOException {
    Path file = Files.write(folder.resolve(hostile.name()), hostile.bytes());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      long bytes = threads.getCurrentThreadAllocatedBytes();
      assertThrows(InputException.class, () -> hostile.reader().accept(file));
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - bytes);
    }
    assertTrue(
        least < 4L * hostile.bytes().length + CONSTANT,
        "allocated " + least + " bytes for a file of " + hostile.bytes().length);
    try (Stream<Path> written = Files.list(folder)) {
      assertTrue(written.allMatch(file::equals), "something was written");
    }
  }
}
