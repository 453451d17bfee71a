package org.onelabel.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Memory where kernels work: a CUDA device's, or the host's where they work on the host. Given to
 * calls as {@link #segment()}; its owner frees it by {@link #close()}, before the kernels are
 * closed. Any number of threads may use it at once; closing waits for the calls that use it, and
 * later ones are refused.
 */
public final class DeviceMemory implements AutoCloseable {
  /** Memory that is open, by the scope of its segment. */
  private static final Map<MemorySegment.Scope, Extent> OPEN = new ConcurrentHashMap<>();

  /**
   * Where open memory lies.
   *
   * @param onDevice then Java knows no size of it, and must not touch it
   */
  record Extent(Lifetime lifetime, long address, long bytes, boolean onDevice) {}

  private final NativeKernels kernels;
  private final Arena arena;
  private final MemorySegment segment;
  private final Lifetime lifetime;
  private final long bytes;

  private DeviceMemory(NativeKernels kernels, Arena arena, MemorySegment segment, long bytes) {
    this.kernels = kernels;
    this.arena = arena;
    this.segment = segment;
    this.bytes = bytes;
    this.lifetime = open(segment, bytes, kernels != null);
  }

  private static Lifetime open(MemorySegment segment, long bytes, boolean onDevice) {
    Lifetime lifetime = new Lifetime("this memory is freed");
    OPEN.put(segment.scope(), new Extent(lifetime, segment.address(), bytes, onDevice));
    return lifetime;
  }

  @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
  static DeviceMemory onHost(long bytes) {
    requireSize(bytes);
    Arena arena = Arena.ofShared();
    return new DeviceMemory(null, arena, arena.allocate(bytes, 64), bytes);
  }

  /** Takes over memory that {@code kernels} allocated. */
  @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
  static DeviceMemory onDevice(NativeKernels kernels, MemorySegment address, long bytes) {
    Arena arena = Arena.ofShared();
    return new DeviceMemory(kernels, arena, address.reinterpret(arena, null), bytes);
  }

  static void requireSize(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("no memory has " + bytes + " bytes");
    }
  }

  /**
   * Device memory of another library as a segment that calls take, until it is closed. Nothing is
   * copied; its owner keeps it alive meanwhile.
   *
   * @param address a device pointer, a multiple of 4
   */
  public static Borrowed borrow(long address, long bytes) {
    if (address == 0 || bytes <= 0 || bytes > Long.MAX_VALUE - address) {
      throw new IllegalArgumentException("no memory: address " + address + ", bytes " + bytes);
    }
    return new Borrowed(address, bytes);
  }

  /** Memory that someone else owns; closing it only ends its use here. */
  public static final class Borrowed implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;
    private final Lifetime lifetime;

    private Borrowed(long address, long bytes) {
      segment = MemorySegment.ofAddress(address).reinterpret(arena, null);
      lifetime = open(segment, bytes, true);
    }

    /** What calls take; see {@link DeviceMemory#segment()}. */
    public MemorySegment segment() {
      lifetime.requireOpen();
      return segment;
    }

    /** Waits for the calls that use it; twice is no mistake. */
    @Override
    public void close() {
      if (lifetime.close()) {
        forget(arena, segment);
      }
    }
  }

  /**
   * What calls take. On a device it is an address that Java cannot read or write through: its
   * {@code byteSize()} is 0, and only kernels on that device take it.
   */
  public MemorySegment segment() {
    lifetime.requireOpen();
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
    lifetime.enter();
    try {
      if (kernels == null) {
        segment.copyFrom(from);
      } else {
        kernels.copyToDevice(segment, from);
      }
    } finally {
      lifetime.leave();
    }
    return this;
  }

  /** Fills {@code to}, which is the host's, from the beginning of this memory. */
  public void read(MemorySegment to) {
    requireOfHost(to);
    requireFits(to.byteSize());
    Buffers.requireWritable("to", to);
    lifetime.enter();
    try {
      if (kernels == null) {
        to.copyFrom(segment.asSlice(0, to.byteSize()));
      } else {
        kernels.copyFromDevice(to, segment);
      }
    } finally {
      lifetime.leave();
    }
  }

  private static void requireOfHost(MemorySegment memory) {
    Extent owner = ownerOf(memory);
    if (owner != null && owner.onDevice) {
      throw new IllegalArgumentException("this copies from and to the host's memory alone");
    }
  }

  private void requireFits(long wanted) {
    if (wanted > bytes) {
      throw new IllegalArgumentException("%d bytes do not fit into %d".formatted(wanted, bytes));
    }
  }

  /** Whose memory it is; null where it is nobody's here. */
  static Extent ownerOf(MemorySegment memory) {
    return OPEN.isEmpty() || !memory.isNative() ? null : OPEN.get(memory.scope());
  }

  /** Bytes of any memory, from its address on. */
  static long sizeOf(MemorySegment memory) {
    if (memory.byteSize() > 0) {
      return memory.byteSize();
    }
    Extent owner = ownerOf(memory);
    return owner == null || !owner.onDevice ? 0 : owner.bytes;
  }

  /** Frees it after the calls that use it; twice is no mistake. */
  @Override
  public void close() {
    if (!lifetime.close()) {
      return;
    }
    MemorySegment address = MemorySegment.ofAddress(segment.address());
    forget(arena, segment);
    if (kernels != null && bytes > 0) {
      kernels.free(address);
    }
  }

  /** In this order: memory that is not open any more is known not to be alive either. */
  private static void forget(Arena arena, MemorySegment segment) {
    try {
      arena.close();
    } finally {
      OPEN.remove(segment.scope());
    }
  }
}
