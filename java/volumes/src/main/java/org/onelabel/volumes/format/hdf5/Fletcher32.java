package org.onelabel.volumes.format.hdf5;

import io.jhdf.exceptions.HdfFilterException;
import io.jhdf.filter.Filter;
import java.util.Arrays;

/** HDF5's checksum of chunks, verified; the library's own filter cuts it off unread. */
final class Fletcher32 implements Filter {
  private static final int LENGTH = 4;

  @Override
  public int getId() {
    return 3;
  }

  @Override
  public String getName() {
    return "fletcher32";
  }

  /** The data in front of the checksum. */
  @Override
  public byte[] decode(byte[] chunk, int[] settings) {
    int length = chunk.length - LENGTH;
    if (length < 0) {
      throw new HdfFilterException("a chunk is shorter than its checksum");
    }
    int stored = 0;
    for (int i = 0; i < LENGTH; i++) {
      stored |= (chunk[length + i] & 255) << (8 * i);
    }
    int sum = of(chunk, length);
    // Libraries before 1.6.3 wrote the bytes of both halves in the other order.
    int swapped = (sum & 0x00ff00ff) << 8 | (sum >>> 8 & 0x00ff00ff);
    if (stored != sum && stored != swapped) {
      throw new HdfFilterException("a chunk has the wrong checksum");
    }
    return Arrays.copyOf(chunk, length);
  }

  /** The sum over big-endian words of 16 bits, the last one filled up with 0. */
  static int of(byte[] data, int length) {
    int first = 0;
    int second = 0;
    for (int i = 0; i < length; i += 2) {
      int word = (data[i] & 255) << 8 | (i + 1 < length ? data[i + 1] & 255 : 0);
      first = (first + word) % 65535;
      second = (second + first) % 65535;
    }
    return second << 16 | first;
  }
}
