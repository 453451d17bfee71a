package org.onelabel.volumes.format.nifti;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.GZIPOutputStream;
import org.onelabel.volumes.format.stored.VoxelType;

/** NIfTI files made byte by byte, apart from our own writer. Voxel i has the value i − 3. */
final class NiftiBytes {
  static final int[] SHAPE = {4, 3, 2};
  static final double SLOPE = 0.5;
  static final double INTERCEPT = 10;

  private NiftiBytes() {}

  static byte[] file(int version, ByteOrder order, VoxelType type) {
    int header = version == 1 ? 352 : 544;
    ByteBuffer b = ByteBuffer.allocate(header + 24 * type.bytes()).order(order);
    if (version == 1) {
      b.putInt(0, 348);
      b.putShort(40, (short) 4);
      for (int i = 0; i < 3; i++) {
        b.putShort(42 + 2 * i, (short) SHAPE[i]);
        b.putFloat(80 + 4 * i, 1 + i);
      }
      b.putShort(48, (short) 1).putShort(70, (short) NiftiType.code(type));
      b.putFloat(108, 352).putFloat(112, (float) SLOPE).putFloat(116, (float) INTERCEPT);
      b.put(123, (byte) 2).putShort(254, (short) 1);
      for (int i = 0; i < 12; i++) {
        b.putFloat(280 + 4 * i, (float) sform(i));
      }
      b.put(344, new byte[] {'n', '+', '1', 0});
    } else {
      b.putInt(0, 540).put(4, new byte[] {'n', '+', '2', 0, '\r', '\n', 0x1a, '\n'});
      b.putShort(12, (short) NiftiType.code(type)).putLong(16, 4);
      for (int i = 0; i < 3; i++) {
        b.putLong(24 + 8 * i, SHAPE[i]);
        b.putDouble(112 + 8 * i, 1 + i);
      }
      b.putLong(48, 1).putLong(168, 544).putDouble(176, SLOPE).putDouble(184, INTERCEPT);
      b.putInt(348, 1).putInt(500, 2);
      for (int i = 0; i < 12; i++) {
        b.putDouble(400 + 8 * i, sform(i));
      }
    }
    for (int i = 0; i < 24; i++) {
      int value = value(type, i);
      int at = header + i * type.bytes();
      switch (type) {
        case UINT8, INT8 -> b.put(at, (byte) value);
        case INT16, UINT16 -> b.putShort(at, (short) value);
        case INT32, UINT32 -> b.putInt(at, value);
        case INT64, UINT64 -> b.putLong(at, value);
        case FLOAT32 -> b.putFloat(at, value);
        case FLOAT64 -> b.putDouble(at, value);
      }
    }
    return b.array();
  }

  /** Axes y, −x, z with spacings 2, 1, 3. */
  static double sform(int i) {
    return new double[] {0, -2, 0, 5, 1, 0, 0, 6, 0, 0, 3, 7}[i];
  }

  static int value(VoxelType type, int i) {
    return type.name().startsWith("U") ? i : i - 3;
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
