package org.onelabel.volumes.format.stored;

import java.nio.ByteBuffer;

/** The types of numbers that files store voxels in, with their sizes in bytes. */
public enum VoxelType {
  UINT8(1),
  INT16(2),
  INT32(4),
  FLOAT32(4),
  FLOAT64(8),
  INT8(1),
  UINT16(2),
  UINT32(4),
  INT64(8),
  UINT64(8);

  private final int bytes;

  VoxelType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** The number with this index, in the byte order of {@code data}. */
  public double read(ByteBuffer data, int index) {
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
