package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Indexed access to memory of any alignment. */
final class Segments {
  private Segments() {}

  static float getFloat(MemorySegment memory, long index) {
    return memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * index);
  }

  static void setFloat(MemorySegment memory, long index, float value) {
    memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * index, value);
  }

  static short getShort(MemorySegment memory, long index) {
    return memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index);
  }

  static long getLong(MemorySegment memory, long index) {
    return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, 8 * index);
  }

  static void setLong(MemorySegment memory, long index, long value) {
    memory.set(ValueLayout.JAVA_LONG_UNALIGNED, 8 * index, value);
  }

  static int getByte(MemorySegment memory, long index) {
    return memory.get(ValueLayout.JAVA_BYTE, index) & 255;
  }

  static void setByte(MemorySegment memory, long index, int value) {
    memory.set(ValueLayout.JAVA_BYTE, index, (byte) value);
  }
}
