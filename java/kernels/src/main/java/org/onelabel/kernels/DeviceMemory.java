package org.onelabel.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Memory where kernels work: a CUDA device's, or the host's where they work on the host. Given to
 * calls as {@link #segment()}; its owner frees it by {@link #close()}, before the kernels are
 * closed. Any number of threads may use it at once.
 */
public final class DeviceMemory implements AutoCloseable {
  /** Device memory in use: address to size. What Java must not touch has no size of its own. */
  private static final ConcurrentSkipListMap<Long, Long> SIZES = new ConcurrentSkipListMap<>();

  private final NativeKernels kernels;
  private final Arena arena;
  private final MemorySegment segment;
  private final long bytes;
  private boolean closed;

  private DeviceMemory(NativeKernels kernels, Arena arena, MemorySegment segment, long bytes) {
    this.kernels = kernels;
    this.arena = arena;
    this.segment = segment;
    this.bytes = bytes;
  }

  @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
  static DeviceMemory onHost(long bytes) {
    Arena arena = Arena.ofShared();
    return new DeviceMemory(null, arena, arena.allocate(bytes, 64), bytes);
  }

  /** Takes over memory that {@code kernels} allocated. */
  static DeviceMemory onDevice(NativeKernels kernels, MemorySegment address, long bytes) {
    if (bytes > 0) {
      SIZES.put(address.address(), bytes);
    }
    return new DeviceMemory(kernels, null, address, bytes);
  }

  /**
   * Device memory of another library as a segment that calls take, until {@code release} is run.
   * Nothing is copied; its owner keeps it alive meanwhile.
   *
   * @param address a device pointer
   */
  public static Borrowed borrow(long address, long bytes) {
    if (address == 0 || bytes <= 0) {
      throw new IllegalArgumentException("no memory: address " + address + ", bytes " + bytes);
    }
    SIZES.put(address, bytes);
    return new Borrowed(MemorySegment.ofAddress(address));
  }

  /** Memory that someone else owns; closing it only ends its use here. */
  public record Borrowed(MemorySegment segment) implements AutoCloseable {
    @Override
    public void close() {
      SIZES.remove(segment.address());
    }
  }

  /**
   * What calls take. On a device it is an address that Java cannot read or write through: its
   * {@code byteSize()} is 0, and only kernels on that device take it.
   */
  public MemorySegment segment() {
    if (closed) {
      throw new IllegalStateException("this memory is freed");
    }
    return segment;
  }

  /** The size. */
  public long byteSize() {
    return bytes;
  }

  /** The address; on a device a {@code CUdeviceptr}. */
  public long address() {
    return segment().address();
  }

  /** Copies the whole of {@code from}, which is the host's, to the beginning of this memory. */
  public DeviceMemory write(MemorySegment from) {
    requireOfHost(from);
    requireFits(from.byteSize());
    if (kernels == null) {
      segment().copyFrom(from);
    } else {
      kernels.copyToDevice(segment(), from);
    }
    return this;
  }

  /** Fills {@code to}, which is the host's, from the beginning of this memory. */
  public void read(MemorySegment to) {
    requireOfHost(to);
    requireFits(to.byteSize());
    if (kernels == null) {
      to.copyFrom(segment().asSlice(0, to.byteSize()));
    } else {
      kernels.copyFromDevice(to, segment());
    }
  }

  private static void requireOfHost(MemorySegment memory) {
    if (isDevice(memory)) {
      throw new IllegalArgumentException("this copies from and to the host's memory alone");
    }
  }

  private void requireFits(long wanted) {
    if (wanted > bytes) {
      throw new IllegalArgumentException("%d bytes do not fit into %d".formatted(wanted, bytes));
    }
  }

  /** Whether {@code memory} is an address on a device. */
  static boolean isDevice(MemorySegment memory) {
    return sizeOf(memory) > 0 && memory.byteSize() == 0;
  }

  /** Bytes of any memory, from its address on. */
  static long sizeOf(MemorySegment memory) {
    if (memory.byteSize() > 0 || !memory.isNative()) {
      return memory.byteSize();
    }
    Map.Entry<Long, Long> owner = SIZES.floorEntry(memory.address());
    return owner == null ? 0 : Math.max(0, owner.getKey() + owner.getValue() - memory.address());
  }

  /** Frees it; twice is no mistake. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (kernels == null) {
      arena.close();
    } else if (bytes > 0) {
      SIZES.remove(segment.address());
      kernels.free(segment);
    }
  }
}
