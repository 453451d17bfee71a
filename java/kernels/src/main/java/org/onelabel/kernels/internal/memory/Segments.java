package org.onelabel.kernels.internal.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Indexed access to memory of any alignment. */
public final class Segments {
  private Segments() {}

  /** A float32; the index counts elements. */
  public static float getFloat(MemorySegment memory, long index) {
    return memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * index);
  }

  /** Writes a float32. */
  public static void setFloat(MemorySegment memory, long index, float value) {
    memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * index, value);
  }

  /** Two bytes; the index counts elements. */
  public static short getShort(MemorySegment memory, long index) {
    return memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index);
  }

  /** Writes two bytes. */
  public static void setShort(MemorySegment memory, long index, short value) {
    memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index, value);
  }

  /** An int64; the index counts elements. */
  public static long getLong(MemorySegment memory, long index) {
    return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, 8 * index);
  }

  /** Writes an int64. */
  public static void setLong(MemorySegment memory, long index, long value) {
    memory.set(ValueLayout.JAVA_LONG_UNALIGNED, 8 * index, value);
  }

  /** A byte as 0…255; the index counts bytes. */
  public static int getByte(MemorySegment memory, long index) {
    return memory.get(ValueLayout.JAVA_BYTE, index) & 255;
  }

  /** Writes the lowest byte of a value. */
  public static void setByte(MemorySegment memory, long index, int value) {
    memory.set(ValueLayout.JAVA_BYTE, index, (byte) value);
  }
}
