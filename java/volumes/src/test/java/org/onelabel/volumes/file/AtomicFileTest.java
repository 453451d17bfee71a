package org.onelabel.volumes.file;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.volumes.InputException;

class AtomicFileTest {
  @TempDir private Path folder;

  private static void write(Path file) {
    AtomicFile.write(
        file, out -> Channels.newChannel(out).write(ByteBuffer.wrap("new".getBytes(US_ASCII))));
  }

  @Test
  void anInterruptedWriterLeavesTheFileAsItWas() throws IOException {
    Path file = folder.resolve("file");
    AtomicFile.write(file, "old");
    Thread.currentThread().interrupt();
    UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> write(file));
    assertTrue(Thread.interrupted());
    assertInstanceOf(ClosedByInterruptException.class, e.getCause());
    assertEquals("old", Files.readString(file));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(file), left.toList());
    }
    write(file);
    assertEquals("new", Files.readString(file));
  }

  /** Processes of one number on two machines, or threads of one process. */
  @Test
  void whoeverWritesTheSameFileMeanwhileIsNotInTheWay() throws IOException {
    Path file = folder.resolve("file");
    AtomicFile.write(
        file,
        out -> {
          out.write("of the one".getBytes(US_ASCII));
          AtomicFile.write(file, "of the other");
          assertEquals("of the other", Files.readString(file));
        });
    assertEquals("of the one", Files.readString(file));
  }

  @Test
  void aPlaceThatRefusesIsNamed() {
    Path file = folder.resolve("file");
    AtomicFile.write(file, "no folder");
    Path below = file.resolve("below");
    InputException e = assertThrows(InputException.class, () -> write(below));
    assertTrue(e.getMessage().startsWith(below + ": cannot be written: "), e.getMessage());
  }
}
