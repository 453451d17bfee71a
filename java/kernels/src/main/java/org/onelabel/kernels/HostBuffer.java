package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Memory of the host that someone else owns: a heap array's, an arena's, a direct buffer's. May be
 * used by as many threads at once as the memory itself.
 */
public final class HostBuffer implements Buffer {
  private final MemorySegment segment;
  private final long alignment;

  HostBuffer(MemorySegment segment) {
    this.segment = Objects.requireNonNull(segment, "segment");
    long elements =
        segment.isNative()
            ? Long.BYTES
            : segment.heapBase().map(HostBuffer::elementBytes).orElse(1);
    alignment = Long.lowestOneBit(segment.address() | elements);
  }

  private static int elementBytes(Object array) {
    return switch (array) {
      case float[] _ -> Float.BYTES;
      case long[] _ -> Long.BYTES;
      case int[] _ -> Integer.BYTES;
      case double[] _ -> Double.BYTES;
      case short[] _ -> Short.BYTES;
      default -> 1;
    };
  }

  /** The memory. */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * What its address is a multiple of, 8 at most. Read-only memory of the heap does not tell, which
   * is 1.
   */
  public long alignment() {
    return alignment;
  }

  @Override
  public long byteSize() {
    return segment.byteSize();
  }
}
