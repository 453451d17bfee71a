package org.onelabel.pipeline.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.onelabel.volumes.InputException;

/**
 * One process at a time works on a run directory. The operating system holds the lock, so it ends
 * with the process, however that ends.
 */
public final class RunLock implements AutoCloseable {
  private static final String NAME = ".lock";

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock and clears away what killed processes left half-written.
   *
   * @throws InputException if another process has it, naming that process
   */
  static RunLock on(Path root) {
    return attempt(root)
        .orElseThrow(
            () -> new InputException(root, "is being worked on by process " + owner(root)));
  }

  private static String owner(Path root) {
    try {
      return Files.readString(root.resolve(NAME)).strip();
    } catch (IOException e) {
      throw new InputException(root.resolve(NAME), InputException.firstLine(e), e);
    }
  }

  /** The same; nothing where another process has it. */
  public static Optional<RunLock> attempt(Path root) {
    Path file = root.resolve(NAME);
    try {
      Files.createDirectories(root);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (!isLocked(channel)) {
          channel.close();
          return Optional.empty();
        }
        channel.truncate(0);
        channel.write(
            ByteBuffer.wrap(
                Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)),
            0);
        deleteTemporaryFiles(root);
        return Optional.of(new RunLock(channel));
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (ClosedByInterruptException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw new InputException(file, "cannot be written: " + InputException.firstLine(e), e);
    }
  }

  /** Refuses a lock that is no longer held. */
  public void requireOpen() {
    if (!channel.isOpen()) {
      throw new IllegalStateException("the lock was closed");
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      // This very process has it.
      return false;
    }
  }

  /** Clears away what killed processes left half-written; nobody may be writing. */
  static void deleteTemporaryFiles(Path root) throws IOException {
    List<Path> left;
    try (Stream<Path> files = Files.walk(root)) {
      left = files.filter(f -> f.getFileName().toString().matches("\\..*\\.part")).toList();
    }
    for (Path file : left) {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // The lock ends with the process at the latest.
    }
  }
}
