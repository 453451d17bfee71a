package org.onelabel.volumes.format.stored;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.onelabel.volumes.InputException;

/** The bytes of a volume's file, and what is said where something else lies there. */
public final class StoredFile {
  /** How many of the first bytes tell what a file is. */
  public static final int START = 256;

  /** DEFLATE cannot expand more than this, so a header that promises more is refused unread. */
  public static final long MOST_EXPANSION = 1032;

  /** Voxels that are read of one file, at most: eight bytes each are in one array. */
  public static final int MOST_VOXELS = Integer.MAX_VALUE / 8;

  /** Bytes of one frame, at most: what an array holds. */
  public static final long MOST_BYTES = Integer.MAX_VALUE - 16;

  private StoredFile() {}

  /**
   * The bytes of {@code file}, unpacked where they are gzip, in one member or in several. Whoever
   * reads to the end has every member's checksum and length verified. As gzip(1) does, bytes behind
   * the last member that start no other one are passed over.
   */
  public static InputStream open(Path file) throws IOException {
    BufferedInputStream in = openStored(file);
    try {
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** The bytes of {@code file} as they are. What shows to be something else is refused. */
  public static BufferedInputStream openStored(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new InputException(file, "is no file"); // a pipe would keep its reader waiting
    }
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      in.mark(START);
      byte[] start = in.readNBytes(START);
      in.reset();
      Optional<String> other = otherThanVolume(start);
      if (other.isPresent()) {
        throw new InputException(file, other.get());
      }
      return in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** What the first bytes of a file show to be there instead of a volume. */
  public static Optional<String> otherThanVolume(byte[] start) {
    if (start.length == 0) {
      return Optional.of("is empty");
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("version https://git-lfs.github.com/spec/")) {
      return Optional.of("is a Git LFS pointer, not a volume; git lfs pull fetches the content");
    }
    if (text.contains("/annex/objects/")) {
      return Optional.of("is a git-annex pointer, not a volume; git annex get fetches the content");
    }
    return Optional.empty();
  }

  /** A file that a header names: beside it, unless the name says another folder. */
  public static Path beside(Path header, String name) {
    try {
      return header.resolveSibling(name);
    } catch (InvalidPathException e) {
      throw new InputException(header, "names no possible data file: " + name, e);
    }
  }

  /** Why a file cannot be read. */
  public static InputException unreadable(Path file, IOException cause) {
    String why =
        switch (cause) {
          case NoSuchFileException _ ->
              Files.isSymbolicLink(file) ? "is a link to a file that is not there" : "no such file";
          case EOFException _ -> "the file ends too early (truncated)";
          case ZipException e when String.valueOf(e.getMessage()).contains("trailer") ->
              "broken gzip data: wrong checksum or length";
          case ZipException e -> "broken gzip data: " + e.getMessage();
          default -> "cannot be read: " + InputException.firstLine(cause);
        };
    return new InputException(file, why, cause);
  }
}
