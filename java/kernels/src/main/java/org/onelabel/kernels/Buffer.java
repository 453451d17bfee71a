package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;

/** An array of a call: memory of the host, or memory where kernels work. */
public sealed interface Buffer permits HostBuffer, DeviceBuffer {
  /**
   * The size in bytes.
   *
   * @throws IllegalStateException of a {@link DeviceBuffer} that is closed
   */
  long byteSize();

  /** Memory of the host that its owner keeps alive, on the heap or off it; nothing is copied. */
  static HostBuffer of(MemorySegment memory) {
    return new HostBuffer(memory);
  }

  /** An array of float32 values; nothing is copied. */
  static HostBuffer of(float[] values) {
    return of(MemorySegment.ofArray(values));
  }

  /** An array of labels or bits; nothing is copied. */
  static HostBuffer of(byte[] values) {
    return of(MemorySegment.ofArray(values));
  }

  /** An array of row indices; nothing is copied. */
  static HostBuffer of(long[] values) {
    return of(MemorySegment.ofArray(values));
  }
}
