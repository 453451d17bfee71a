package org.onelabel.volumes.file;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.onelabel.volumes.InputException;

/**
 * Writes a file whole or not at all: into a temporary neighbour, synced to the disk, then renamed
 * over the target. Missing folders are made.
 */
public final class AtomicFile {
  /** Names temporary files: two machines may have processes of one number in one folder. */
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Produces the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes {@code file}; a disk that refuses is an {@link InputException} that says why. Where the
   * thread is interrupted it may end with an {@link UncheckedIOException} instead.
   */
  public static void write(Path file, Content content) {
    Path folder = file.toAbsolutePath().getParent();
    Path temporary =
        folder.resolve(
            "."
                + file.getFileName()
                + "."
                + HexFormat.of().toHexDigits(RANDOM.nextLong())
                + ".part");
    try {
      Files.createDirectories(folder);
      try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
        content.writeTo(out);
        out.flush();
        out.getFD().sync();
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncFolder(folder);
    } catch (ClosedByInterruptException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      String why =
          e instanceof FileSystemException f && f.getReason() != null
              ? f.getReason()
              : e.getMessage();
      throw new InputException(file, "cannot be written: " + why, e);
    } finally {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException _) {
        // The disk is failing; the reason is on its way to the caller already.
      }
    }
  }

  /** The new name is on the disk, too, where the system lets folders be synced. */
  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException _) {
      // Not every file system can; the content is synced.
    }
  }

  /** Writes {@code text} in UTF-8. */
  public static void write(Path file, String text) {
    write(file, out -> out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }
}
