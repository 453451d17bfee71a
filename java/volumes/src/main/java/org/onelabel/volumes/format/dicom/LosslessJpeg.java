package org.onelabel.volumes.format.dicom;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.onelabel.volumes.InputException;

/**
 * Lossless JPEG with Huffman codes and one value a pixel (ITU-T T.81, annex H): process 14, any
 * predictor, restarts and point transform. For one use.
 */
final class LosslessJpeg {
  private static final int FRAME = 0xffc3;
  private static final int HUFFMAN_TABLES = 0xffc4;
  private static final int START = 0xffd8;
  private static final int END = 0xffd9;
  private static final int SCAN = 0xffda;
  private static final int RESTART_INTERVAL = 0xffdd;
  private static final int LONGEST_CODE = 16;
  private static final int MOST_TABLES = 4;

  private final Path file;
  private final ByteBuffer data;
  private final HuffmanTable[] tables = new HuffmanTable[MOST_TABLES];
  private int precision;
  private int rows;
  private int columns;
  private int interval;
  private int bits;
  private int bitCount;

  /** How many codes of each length there are, and the values of all (T.81, annex C). */
  private record HuffmanTable(int[] counts, byte[] values) {}

  private LosslessJpeg(Path file, ByteBuffer data) {
    this.file = file;
    this.data = data;
  }

  /** The bytes of a frame, little-endian, as {@code format} promises it. */
  static ByteBuffer unpack(Path file, byte[] packed, PixelFormat format) {
    try {
      return new LosslessJpeg(file, ByteBuffer.wrap(packed)).frame(format);
    } catch (BufferUnderflowException e) {
      throw new InputException(file, "its JPEG pixels end too early (truncated)", e);
    }
  }

  private InputException broken(String why) {
    return new InputException(file, "its JPEG pixels cannot be unpacked: " + why);
  }

  private ByteBuffer frame(PixelFormat format) {
    if (marker() != START) {
      throw broken("no JPEG data");
    }
    for (int marker = marker(); marker != SCAN; marker = marker()) {
      ByteBuffer segment = segment();
      switch (marker) {
        case FRAME -> header(segment, format);
        case HUFFMAN_TABLES -> tables(segment);
        case RESTART_INTERVAL -> interval = segment.getShort() & 0xffff;
        case END -> throw broken("no scan");
        default -> {
          if (marker >= 0xffc0 && marker <= 0xffcf && marker != 0xffc8 && marker != 0xffcc) {
            throw broken("it is no lossless JPEG");
          }
        }
      }
    }
    if (rows == 0) {
      throw broken("no frame header");
    }
    return scan(segment(), format);
  }

  private int marker() {
    int marker = data.getShort() & 0xffff;
    while (marker == 0xffff) {
      marker = 0xff00 | (data.get() & 0xff);
    }
    if (marker < 0xff01) {
      throw broken("a marker is missing");
    }
    return marker;
  }

  private ByteBuffer segment() {
    int length = (data.getShort() & 0xffff) - 2;
    if (length < 0 || length > data.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer segment = data.slice(data.position(), length);
    data.position(data.position() + length);
    return segment;
  }

  private void header(ByteBuffer segment, PixelFormat format) {
    precision = segment.get();
    rows = segment.getShort() & 0xffff;
    columns = segment.getShort() & 0xffff;
    int components = segment.get();
    if (components != 1 || precision < 2 || precision > Math.min(16, format.allocated())) {
      throw broken("%d values of %d bits a pixel".formatted(components, precision));
    }
    if (rows != format.rows() || columns != format.columns()) {
      throw broken("they are %d×%d".formatted(columns, rows));
    }
  }

  private void tables(ByteBuffer segment) {
    while (segment.hasRemaining()) {
      int id = segment.get() & 0xff;
      int[] counts = new int[LONGEST_CODE + 1];
      int all = 0;
      for (int length = 1; length <= LONGEST_CODE; length++) {
        counts[length] = segment.get() & 0xff;
        all += counts[length];
      }
      byte[] values = new byte[all];
      segment.get(values);
      if (id < MOST_TABLES) {
        tables[id] = new HuffmanTable(counts, values);
      }
    }
  }

  private ByteBuffer scan(ByteBuffer segment, PixelFormat format) {
    int components = segment.get();
    segment.get();
    int table = (segment.get() & 0xff) >> 4;
    int predictor = segment.get();
    segment.get();
    int shift = segment.get() & 15;
    if (components != 1 || predictor < 1 || predictor > 7 || shift >= precision) {
      throw broken("predictor " + predictor);
    }
    if (table >= MOST_TABLES || tables[table] == null) {
      throw broken("a table of codes is missing");
    }
    int[] values = new int[format.pixels()];
    int first = 1 << (precision - shift - 1);
    int sinceRestart = 0;
    boolean firstRow = true;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int at = y * columns + x;
        if (interval > 0 && sinceRestart == interval) {
          restart();
          sinceRestart = 0;
          firstRow = true;
        }
        int predicted;
        if (firstRow) {
          predicted = sinceRestart == 0 ? first : values[at - 1];
        } else if (x == 0) {
          predicted = values[at - columns];
        } else {
          predicted =
              predict(predictor, values[at - 1], values[at - columns], values[at - columns - 1]);
        }
        values[at] = (predicted + difference(tables[table])) & 0xffff;
        sinceRestart++;
      }
      firstRow = false;
    }
    return bytes(values, shift, format);
  }

  private static int predict(int predictor, int left, int above, int corner) {
    return switch (predictor) {
      case 1 -> left;
      case 2 -> above;
      case 3 -> corner;
      case 4 -> left + above - corner;
      case 5 -> left + ((above - corner) >> 1);
      case 6 -> above + ((left - corner) >> 1);
      default -> (left + above) >> 1;
    };
  }

  private ByteBuffer bytes(int[] values, int shift, PixelFormat format) {
    ByteBuffer frame = ByteBuffer.allocate(format.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      int whole = value << shift;
      switch (format.allocated()) {
        case 8 -> frame.put((byte) whole);
        case 16 -> frame.putShort((short) whole);
        default -> frame.putInt(whole);
      }
    }
    return frame;
  }

  private void restart() {
    bitCount = 0;
    int marker = marker();
    if (marker < 0xffd0 || marker > 0xffd7) {
      throw broken("a restart is missing");
    }
  }

  private int difference(HuffmanTable table) {
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= LONGEST_CODE; length++) {
      code = code << 1 | bit();
      int count = table.counts[length];
      if (code - first < count) {
        return difference(table.values[index + code - first]);
      }
      index += count;
      first = (first + count) << 1;
    }
    throw broken("a code is none of the table");
  }

  private int difference(int size) {
    if (size == 16) {
      return 1 << 15;
    }
    if (size < 0 || size > 16) {
      throw broken("a difference of %d bits".formatted(size));
    }
    int value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 1 | bit();
    }
    return size > 0 && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  /** The next bit; a byte 0xff is followed by a 0 where it is no marker. */
  private int bit() {
    if (bitCount == 0) {
      bits = data.get() & 0xff;
      bitCount = 8;
      if (bits == 0xff && data.get() != 0) {
        throw new BufferUnderflowException();
      }
    }
    bitCount--;
    return bits >> bitCount & 1;
  }
}
