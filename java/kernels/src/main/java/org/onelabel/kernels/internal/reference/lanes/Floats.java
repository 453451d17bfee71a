package org.onelabel.kernels.internal.reference.lanes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Float32 values from and to memory of any alignment; places count elements. */
public final class Floats {
  private Floats() {}

  public static void read(MemorySegment memory, long first, float[] to, int count) {
    MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * first, to, 0, count);
  }

  public static void write(float[] from, MemorySegment memory, long first, int count) {
    MemorySegment.copy(from, 0, memory, ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * first, count);
  }

  /** Rounds to float32. */
  public static void narrow(double[] from, float[] to) {
    for (int j = 0; j < to.length; j++) {
      to[j] = (float) from[j];
    }
  }
}
