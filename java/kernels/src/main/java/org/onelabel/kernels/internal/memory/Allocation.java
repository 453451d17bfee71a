package org.onelabel.kernels.internal.memory;

import java.lang.foreign.MemorySegment;
import org.onelabel.kernels.DeviceBuffer;

/** Memory where kernels work that calls keep open while they run. */
public abstract class Allocation implements DeviceBuffer {
  private final Lifetime lifetime = new Lifetime("this memory is freed");
  private final MemorySegment pointer;
  private final long bytes;

  /** At {@code pointer}, which is what calls are given. */
  protected Allocation(MemorySegment pointer, long bytes) {
    this.pointer = pointer;
    this.bytes = bytes;
  }

  /** Refuses a size that no memory has. */
  public static void requireSize(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("no memory has " + bytes + " bytes");
    }
  }

  /** Whether Java must not touch it. */
  public abstract boolean isOnDevice();

  /** Copies from the host, while it is open. */
  protected abstract void copyFrom(MemorySegment host);

  /** Copies to the host, while it is open. */
  protected abstract void copyTo(MemorySegment host);

  /** Frees it: nothing uses it any more. */
  protected abstract void free();

  /** What a call is given; its size is that of host memory, or nothing. */
  public final MemorySegment pointer() {
    return pointer;
  }

  final Lifetime lifetime() {
    return lifetime;
  }

  final boolean isEmpty() {
    return bytes == 0;
  }

  @Override
  public final long byteSize() {
    lifetime.requireOpen();
    return bytes;
  }

  @Override
  public final long address() {
    lifetime.requireOpen();
    return pointer.address();
  }

  @Override
  public final DeviceBuffer write(MemorySegment from) {
    requireFits(from.byteSize());
    lifetime.enter();
    try {
      copyFrom(from);
    } finally {
      lifetime.leave();
    }
    return this;
  }

  @Override
  public final void read(MemorySegment to) {
    requireFits(to.byteSize());
    if (to.isReadOnly()) {
      throw new IllegalArgumentException("the output to is read-only memory");
    }
    lifetime.enter();
    try {
      copyTo(to);
    } finally {
      lifetime.leave();
    }
  }

  private void requireFits(long wanted) {
    if (wanted > bytes) {
      throw new IllegalArgumentException("%d bytes do not fit into %d".formatted(wanted, bytes));
    }
  }

  @Override
  public final void close() {
    if (lifetime.close()) {
      free();
    }
  }
}
