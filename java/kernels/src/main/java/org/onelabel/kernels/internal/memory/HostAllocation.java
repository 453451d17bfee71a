package org.onelabel.kernels.internal.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.DeviceBuffer;
import org.onelabel.kernels.HostBuffer;

/** Off-heap memory of the host, for kernels that work there. */
public final class HostAllocation extends Allocation {
  private final Arena arena;

  private HostAllocation(Arena arena, MemorySegment memory) {
    super(memory, memory.byteSize());
    this.arena = arena;
  }

  /** Memory of so many bytes, all zero. */
  @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
  public static HostAllocation of(long bytes) {
    requireSize(bytes);
    Arena arena = Arena.ofShared();
    try {
      return new HostAllocation(arena, arena.allocate(bytes, 64));
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Memory of the host that Java may read and write.
   *
   * @throws IllegalArgumentException of a device's memory
   */
  public static MemorySegment segment(Buffer buffer) {
    return switch (buffer) {
      case HostBuffer host -> host.segment();
      case HostAllocation memory -> memory.pointer();
      case DeviceBuffer _ -> throw ofDevice();
    };
  }

  static IllegalArgumentException ofDevice() {
    return new IllegalArgumentException("memory of a device is of no use to the CPU");
  }

  @Override
  public boolean isOnDevice() {
    return false;
  }

  @Override
  protected void copyFrom(MemorySegment host) {
    pointer().copyFrom(host);
  }

  @Override
  protected void copyTo(MemorySegment host) {
    host.copyFrom(pointer().asSlice(0, host.byteSize()));
  }

  @Override
  protected void free() {
    arena.close();
  }
}
