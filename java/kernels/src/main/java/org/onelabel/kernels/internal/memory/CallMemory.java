package org.onelabel.kernels.internal.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.HostBuffer;

/**
 * How the arrays of one call reach the native side: in place, or copied. First all arrays are
 * announced by {@link #use}, then asked for, and after the call {@link #finish} brings back what
 * was copied. {@link #close} ends it in any case.
 */
public sealed class CallMemory implements AutoCloseable permits GuardedMemory {
  /** A thread makes one call at a time; what its calls need is made once. */
  private static final ThreadLocal<CallMemory> OWN = ThreadLocal.withInitial(CallMemory::new);

  private record Copy(MemorySegment original, MemorySegment copy) {}

  private final MemorySegment counters = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, 2);
  private final List<Lifetime> entered = new ArrayList<>();
  private final List<Copy> copies = new ArrayList<>();
  private @Nullable Arena arena;
  private boolean onDevice;
  private boolean heap;
  private boolean mayPin;

  CallMemory() {}

  /**
   * The calling thread's, for a call of its own.
   *
   * @param onDevice whether the call may be given device memory
   * @param mayPin whether heap memory may be used in place, while the garbage collector waits
   */
  public static CallMemory begin(boolean onDevice, boolean mayPin) {
    CallMemory memory = OWN.get();
    memory.onDevice = onDevice;
    memory.mayPin = mayPin;
    return memory;
  }

  /** Announces an array; it stays open until {@link #close()}. */
  public final void use(Buffer buffer) {
    if (buffer instanceof HostBuffer host) {
      use(host.segment());
    } else if (buffer instanceof Allocation allocation) {
      if (allocation.isOnDevice() && !onDevice) {
        throw HostAllocation.ofDevice();
      }
      use(allocation.lifetime());
    } else {
      throw new IllegalArgumentException("this memory was not allocated by kernels");
    }
  }

  /** The same of an array that may be left out. */
  public final void use(Optional<Buffer> buffer) {
    if (buffer.isPresent()) {
      use(buffer.get());
    }
  }

  /** Keeps open what is no array until {@link #close()}. */
  public final void use(Lifetime lifetime) {
    lifetime.enter();
    entered.add(lifetime);
  }

  private void use(MemorySegment segment) {
    if (!segment.isNative()) {
      heap = true;
    } else if (!segment.scope().isAlive()) {
      throw new IllegalStateException("this memory is freed");
    }
  }

  /** Whether the call has to be a critical one. */
  public final boolean isPinned() {
    return heap && mayPin;
  }

  /** Two counts that the call writes, zero before; the thread's own until its next call. */
  public MemorySegment counters() {
    counters.set(ValueLayout.JAVA_LONG, 0, 0);
    counters.set(ValueLayout.JAVA_LONG, 8, 0);
    return counters;
  }

  /** An array to read, of elements of {@code size} bytes. */
  public final MemorySegment input(String name, Buffer buffer, int size) {
    if (isEmpty(buffer)) {
      return MemorySegment.NULL;
    }
    return buffer instanceof HostBuffer host ? read(name, host, size) : pointer(buffer);
  }

  /** The same of an array that may be left out. */
  public final MemorySegment input(String name, Optional<Buffer> buffer, int size) {
    return buffer.isPresent() ? input(name, buffer.get(), size) : MemorySegment.NULL;
  }

  /** An array to write, of elements of {@code size} bytes. */
  public final MemorySegment output(String name, Buffer buffer, int size) {
    if (isEmpty(buffer)) {
      return MemorySegment.NULL;
    }
    return buffer instanceof HostBuffer host ? written(name, host, size) : pointer(buffer);
  }

  /** The same of an array that may be left out. */
  public final MemorySegment output(String name, Optional<Buffer> buffer, int size) {
    return buffer.isPresent() ? output(name, buffer.get(), size) : MemorySegment.NULL;
  }

  private static boolean isEmpty(Buffer buffer) {
    return buffer instanceof HostBuffer host
        ? host.segment().byteSize() == 0
        : ((Allocation) buffer).isEmpty();
  }

  private static MemorySegment pointer(Buffer buffer) {
    return ((Allocation) buffer).pointer();
  }

  /** Where the call reads what {@code array} holds. */
  MemorySegment read(String name, HostBuffer array, int size) {
    return inPlace(array, size)
        ? array.segment()
        : allocate(array.byteSize()).copyFrom(array.segment());
  }

  /** Where the call writes what goes to {@code array}. */
  MemorySegment written(String name, HostBuffer array, int size) {
    if (inPlace(array, size)) {
      return array.segment();
    }
    // What the call leaves as it is comes back as it was.
    MemorySegment copy = allocate(array.byteSize()).copyFrom(array.segment());
    copies.add(new Copy(array.segment(), copy));
    return copy;
  }

  /** C code may rely on the alignment of its types. */
  private boolean inPlace(HostBuffer array, int size) {
    return (array.segment().isNative() || mayPin) && array.alignment() >= size;
  }

  /** Memory until {@link #close()}. */
  @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
  final MemorySegment allocate(long bytes) {
    Arena open = arena;
    if (open == null) {
      open = Arena.ofConfined();
      arena = open;
    }
    return open.allocate(bytes, 64);
  }

  /** Brings back what the call wrote. */
  public void finish() {
    for (Copy copy : copies) {
      copy.original.copyFrom(copy.copy);
    }
  }

  @Override
  public final void close() {
    for (Lifetime lifetime : entered) {
      lifetime.leave();
    }
    entered.clear();
    copies.clear();
    heap = false;
    Arena open = arena;
    if (open != null) {
      open.close();
      arena = null;
    }
  }
}
