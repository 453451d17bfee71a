package org.onelabel.networks.encoder;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The bytes of a small ONNX model, field by field of its protocol buffer. */
final class OnnxFile {
  private OnnxFile() {}

  /** 1×1×X×Y×Z → average pooling by {@code side} along each axis. */
  static byte[] averagePool(int[] patch, int side) {
    byte[] node =
        join(
            text(1, "x"),
            text(2, "y"),
            text(4, "AveragePool"),
            message(5, sides("kernel_shape", side)),
            message(5, sides("strides", side)));
    byte[] graph =
        join(
            message(1, node),
            text(2, "pool"),
            message(11, value("x", 1, 1, patch[0], patch[1], patch[2])),
            message(12, value("y", 1, 1, patch[0] / side, patch[1] / side, patch[2] / side)));
    return join(number(1, 8), message(7, graph), message(8, number(2, 13)));
  }

  private static byte[] sides(String name, int side) {
    return join(text(1, name), number(8, side), number(8, side), number(8, side), number(20, 7));
  }

  private static byte[] value(String name, int... shape) {
    byte[] dimensions = new byte[0];
    for (int side : shape) {
      dimensions = join(dimensions, message(1, number(1, side)));
    }
    byte[] tensor = join(number(1, 1), message(2, dimensions));
    return join(text(1, name), message(2, message(1, tensor)));
  }

  private static byte[] number(int field, int value) {
    return join(varint(field << 3), varint(value));
  }

  private static byte[] text(int field, String value) {
    return message(field, value.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] message(int field, byte[] content) {
    return join(varint((field << 3) | 2), varint(content.length), content);
  }

  private static byte[] varint(int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int rest = value;
    while (rest > 127) {
      out.write((rest & 127) | 128);
      rest >>>= 7;
    }
    out.write(rest);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
