package org.onelabel.volumes.format;

import java.nio.ByteBuffer;

/** The voxel types of a NIfTI file, with their codes and sizes in bytes. */
enum NiftiType {
  UINT8(2, 1),
  INT16(4, 2),
  INT32(8, 4),
  FLOAT32(16, 4),
  FLOAT64(64, 8),
  INT8(256, 1),
  UINT16(512, 2),
  UINT32(768, 4),
  INT64(1024, 8),
  UINT64(1280, 8);

  final int code;
  final int bytes;

  NiftiType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  static NiftiType ofCode(int code) {
    for (NiftiType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return null;
  }

  /** What a code without a constant here stands for, in words. */
  static String describe(int code) {
    return switch (code) {
      case 1 -> "bits";
      case 32 -> "complex64";
      case 128 -> "RGB colours";
      case 1536 -> "float128";
      case 1792 -> "complex128";
      case 2048 -> "complex256";
      case 2304 -> "RGBA colours";
      default -> "unknown";
    };
  }

  double read(ByteBuffer data, int index) {
    return switch (this) {
      case UINT8 -> data.get(index) & 0xff;
      case INT8 -> data.get(index);
      case INT16 -> data.getShort(2 * index);
      case UINT16 -> data.getShort(2 * index) & 0xffff;
      case INT32 -> data.getInt(4 * index);
      case UINT32 -> data.getInt(4 * index) & 0xffffffffL;
      case FLOAT32 -> data.getFloat(4 * index);
      case FLOAT64 -> data.getDouble(8 * index);
      case INT64 -> data.getLong(8 * index);
      case UINT64 -> unsigned(data.getLong(8 * index));
    };
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : (double) (value >>> 1) * 2 + (value & 1);
  }
}
