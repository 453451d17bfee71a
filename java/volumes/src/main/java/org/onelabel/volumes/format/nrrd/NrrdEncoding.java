package org.onelabel.volumes.format.nrrd;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.zip.GZIPInputStream;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.format.stored.StoredFile;
import org.onelabel.volumes.format.stored.StoredNumbers;

/** How the voxels of a NRRD file are written. */
enum NrrdEncoding {
  RAW,
  TEXT,
  HEX,
  GZIP;

  /** The encoding of a name; empty where it has none of these. */
  static Optional<NrrdEncoding> of(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "raw" -> Optional.of(RAW);
      case "txt", "text", "ascii" -> Optional.of(TEXT);
      case "hex" -> Optional.of(HEX);
      case "gz", "gzip" -> Optional.of(GZIP);
      default -> Optional.empty();
    };
  }

  /**
   * Reads the voxels from where {@code in} stands.
   *
   * @param skip bytes of the unpacked data in front of the voxels
   * @param size bytes of the file
   */
  IntToDoubleFunction read(Path file, InputStream in, StoredNumbers numbers, long skip, long size)
      throws IOException {
    return switch (this) {
      case RAW -> {
        numbers.requireRoom(file, size, 1);
        in.skipNBytes(skip);
        yield numbers.binary(file, in);
      }
      case GZIP -> {
        numbers.requireRoom(file, size, StoredFile.MOST_EXPANSION);
        InputStream unpacked = new GZIPInputStream(in, 1 << 16);
        unpacked.skipNBytes(skip);
        yield numbers.packed(file, unpacked);
      }
      case TEXT -> {
        // A number has a character at least, so that a byte of text is at most eight of binary.
        numbers.requireRoom(file, size, numbers.type().bytes());
        in.skipNBytes(skip);
        yield numbers.text(file, in);
      }
      case HEX -> {
        numbers.requireRoom(file, size, 1);
        in.skipNBytes(skip);
        yield numbers.binary(file, unhex(file, in, (int) numbers.bytes()));
      }
    };
  }

  /** Up to so many bytes of two hexadecimal digits each, with white space between digits. */
  private static InputStream unhex(Path file, InputStream in, int most) throws IOException {
    byte[] bytes = new byte[most];
    int digits = 0;
    for (int next = in.read(); next >= 0 && digits / 2 < most; next = in.read()) {
      if (Character.isWhitespace(next)) {
        continue;
      }
      if (!HexFormat.isHexDigit(next)) {
        throw new InputException(file, "the voxels have a character that is no hexadecimal digit");
      }
      bytes[digits / 2] = (byte) ((bytes[digits / 2] << 4) | HexFormat.fromHexDigit(next));
      digits++;
    }
    return new ByteArrayInputStream(bytes, 0, digits / 2);
  }
}
