package org.onelabel.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * How the arrays of one call reach the native side: in place, or copied. First all arrays are
 * announced by {@link #use}, then asked for, and after the call {@link #finish} brings back what
 * was copied. {@link #close} ends it in any case.
 */
sealed class CallMemory implements AutoCloseable permits GuardedMemory {
  /** A thread makes one call at a time; what its calls need is made once. */
  private static final ThreadLocal<CallMemory> OWN = ThreadLocal.withInitial(CallMemory::new);

  private record Copy(MemorySegment original, MemorySegment copy) {}

  private final MemorySegment counters = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, 2);
  private final List<Lifetime> entered = new ArrayList<>();
  private final List<Copy> copies = new ArrayList<>();
  private Arena arena;
  private boolean onDevice;
  private boolean heap;
  private boolean mayPin;

  /**
   * The calling thread's, for a call of its own.
   *
   * @param onDevice whether the call may be given device memory
   * @param mayPin whether heap memory may be used in place, while the garbage collector waits
   */
  static CallMemory begin(boolean onDevice, boolean mayPin) {
    CallMemory memory = OWN.get();
    memory.onDevice = onDevice;
    memory.mayPin = mayPin;
    return memory;
  }

  /** Announces an array; null passes. It stays open until {@link #close()}. */
  final void use(MemorySegment buffer) {
    if (buffer == null) {
      return;
    }
    if (!buffer.isNative()) {
      heap = true;
      return;
    }
    DeviceMemory.Extent owner = DeviceMemory.ownerOf(buffer);
    if (owner == null) {
      if (!buffer.scope().isAlive()) {
        throw new IllegalStateException("this memory is freed");
      }
      return;
    }
    if (owner.onDevice() && !onDevice) {
      throw new IllegalArgumentException("memory of a device is of no use to the CPU");
    }
    owner.lifetime().enter();
    entered.add(owner.lifetime());
  }

  /** Whether the call has to be a critical one. */
  final boolean isPinned() {
    return heap && mayPin;
  }

  /** Two counts that the call writes, zero before; the thread's own until its next call. */
  MemorySegment counters() {
    counters.set(ValueLayout.JAVA_LONG, 0, 0);
    counters.set(ValueLayout.JAVA_LONG, 8, 0);
    return counters;
  }

  /** An array to read, of elements of {@code size} bytes. */
  MemorySegment input(String name, MemorySegment buffer, int size) {
    if (isEmpty(buffer)) {
      return MemorySegment.NULL;
    }
    return inPlace(buffer, size) ? buffer : allocate(buffer.byteSize()).copyFrom(buffer);
  }

  /** An array to write, of elements of {@code size} bytes. */
  MemorySegment output(String name, MemorySegment buffer, int size) {
    if (isEmpty(buffer)) {
      return MemorySegment.NULL;
    }
    if (inPlace(buffer, size)) {
      return buffer;
    }
    // What the call leaves as it is comes back as it was.
    MemorySegment copy = allocate(buffer.byteSize()).copyFrom(buffer);
    copies.add(new Copy(buffer, copy));
    return copy;
  }

  private static boolean isEmpty(MemorySegment buffer) {
    return buffer == null || DeviceMemory.sizeOf(buffer) == 0;
  }

  /** C code may rely on the alignment of its types. */
  private boolean inPlace(MemorySegment buffer, int size) {
    return (buffer.isNative() || mayPin) && buffer.maxByteAlignment() >= size;
  }

  /** Memory until {@link #close()}. */
  @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
  final MemorySegment allocate(long bytes) {
    if (arena == null) {
      arena = Arena.ofConfined();
    }
    return arena.allocate(bytes, 64);
  }

  /** Brings back what the call wrote. */
  void finish() {
    for (Copy copy : copies) {
      copy.original.copyFrom(copy.copy);
    }
  }

  @Override
  public void close() {
    for (Lifetime lifetime : entered) {
      lifetime.leave();
    }
    entered.clear();
    copies.clear();
    heap = false;
    if (arena != null) {
      arena.close();
      arena = null;
    }
  }
}
