package org.onelabel.volumes.format.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.onelabel.volumes.InputException;

/**
 * DICOM's run-length coding (PS3.5, annex G): a segment for each byte of a pixel, highest first.
 */
final class RunLength {
  private static final int HEADER = 64;

  private RunLength() {}

  /**
   * The bytes of a frame, little-endian.
   *
   * @param allocated bits of a pixel
   */
  static ByteBuffer unpack(Path file, ByteBuffer packed, int pixels, int allocated) {
    int segments = allocated / 8;
    ByteBuffer data = packed.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (data.remaining() < HEADER || data.getInt(0) != segments) {
      throw broken(file);
    }
    byte[] frame = new byte[Math.multiplyExact(pixels, segments)];
    for (int segment = 0; segment < segments; segment++) {
      long from = data.getInt(4 + 4 * segment) & 0xffffffffL;
      if (from < HEADER || from > data.limit()) {
        throw broken(file);
      }
      data.position((int) from);
      segment(file, data, frame, segments - 1 - segment, segments);
    }
    return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void segment(Path file, ByteBuffer data, byte[] frame, int first, int step) {
    int next = first;
    while (next < frame.length) {
      if (data.remaining() < 2) {
        throw broken(file);
      }
      int code = data.get();
      if (code == -128) {
        continue;
      }
      int count = code >= 0 ? code + 1 : 1 - code;
      byte repeated = code < 0 ? data.get() : 0;
      if (code >= 0 && data.remaining() < count) {
        throw broken(file);
      }
      for (int i = 0; i < count; i++) {
        byte value = code >= 0 ? data.get() : repeated;
        if (next < frame.length) {
          frame[next] = value;
        }
        next += step;
      }
    }
  }

  private static InputException broken(Path file) {
    return new InputException(file, "its run-length coded pixels are broken");
  }
}
