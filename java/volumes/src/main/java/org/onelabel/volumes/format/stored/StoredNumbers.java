package org.onelabel.volumes.format.stored;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import org.onelabel.volumes.InputException;

/** The numbers of one frame as a header promises them. */
public record StoredNumbers(int count, VoxelType type, ByteOrder order) {
  // The longest a number may be written: a float64 in full has 24 characters.
  private static final int LONGEST_TEXT = 64;

  /** Bytes of all numbers in binary. */
  public long bytes() {
    return (long) count * type.bytes();
  }

  /**
   * Refuses what {@code stored} bytes cannot hold, before room is made for it.
   *
   * @param expansion bytes that one byte of the file may stand for
   */
  public StoredNumbers requireRoom(Path file, long stored, long expansion) {
    if (bytes() > stored * expansion || bytes() > StoredFile.MOST_BYTES) {
      throw new InputException(
          file, "the header promises " + bytes() + " bytes of voxels, the file cannot hold them");
    }
    return this;
  }

  /** Reads them in binary; bytes behind them are left. */
  public IntToDoubleFunction binary(Path file, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes((int) bytes());
    if (bytes.length < bytes()) {
      throw new InputException(
          file,
          "the header promises %d bytes of voxels, the file has %d"
              .formatted(bytes(), bytes.length));
    }
    ByteBuffer data = ByteBuffer.wrap(bytes).order(order);
    return index -> type.read(data, index);
  }

  /** Reads them in binary, and the rest to its end: packed data then verify their checksum. */
  public IntToDoubleFunction packed(Path file, InputStream in) throws IOException {
    IntToDoubleFunction numbers = binary(file, in);
    in.transferTo(OutputStream.nullOutputStream());
    return numbers;
  }

  /** Reads them in text, between white space or commas; what is behind them is left. */
  public IntToDoubleFunction text(Path file, InputStream in) throws IOException {
    double[] numbers = new double[count];
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
    StringBuilder number = new StringBuilder();
    int found = 0;
    for (int next = reader.read(); found < count; next = reader.read()) {
      if (next < 0 || Character.isWhitespace(next) || next == ',') {
        if (!number.isEmpty()) {
          numbers[found++] = number(file, number.toString());
          number.setLength(0);
        }
        if (next < 0) {
          break;
        }
      } else {
        number.append((char) next);
        if (number.length() > LONGEST_TEXT) {
          throw new InputException(file, "a voxel is no number: " + number + "…");
        }
      }
    }
    if (found < count) {
      throw new InputException(
          file, "the header promises %d voxels, the file has %d".formatted(count, found));
    }
    return index -> numbers[index];
  }

  private static double number(Path file, String text) {
    try {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "nan", "-nan" -> Double.NaN;
        case "inf", "+inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(text);
      };
    } catch (NumberFormatException e) {
      throw new InputException(file, "a voxel is no number: " + text, e);
    }
  }
}
