package org.onelabel.kernels.internal.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.kernels.HostBuffer;
import org.onelabel.kernels.KernelException;

/**
 * Every array of a call copied to between two bands, which the call must leave as they are, as it
 * must its inputs. Arrays are aligned to 16 bytes and not more, as an array of Java's may be.
 */
public final class GuardedMemory extends CallMemory {
  private static final long BAND = 4096;
  private static final long ALIGNED = 16;

  /**
   * An array at {@link #BAND} in {@code block}, between its bands.
   *
   * @param original what was copied; for an output where it goes
   */
  private record Guarded(
      String name, MemorySegment original, MemorySegment block, boolean written) {
    MemorySegment array() {
      return block.asSlice(BAND, block.byteSize() - 2 * BAND);
    }
  }

  private final String kernel;
  private final List<Guarded> guarded = new ArrayList<>();
  private final MemorySegment counters;

  /** For one call of {@code kernel}. */
  public GuardedMemory(String kernel) {
    this.kernel = kernel;
    MemorySegment counts = allocate(2 * ValueLayout.JAVA_LONG.byteSize());
    counters = guard("invalid", counts, true);
  }

  @Override
  public MemorySegment counters() {
    return counters;
  }

  @Override
  MemorySegment read(String name, HostBuffer array, int size) {
    return guard(name, array.segment(), false).copyFrom(array.segment());
  }

  /** What the call does not write keeps the bands' bytes, which are no plausible result. */
  @Override
  MemorySegment written(String name, HostBuffer array, int size) {
    return guard(name, array.segment(), true);
  }

  private MemorySegment guard(String name, MemorySegment original, boolean written) {
    MemorySegment block =
        allocate(original.byteSize() + 2 * BAND + ALIGNED)
            .asSlice(ALIGNED, original.byteSize() + 2 * BAND);
    for (long i = 0; i < block.byteSize(); i++) {
      block.set(ValueLayout.JAVA_BYTE, i, pattern(i));
    }
    Guarded array = new Guarded(name, original, block, written);
    guarded.add(array);
    return array.array();
  }

  /** Never a number that a kernel writes, nor the same byte twice in a row. */
  private static byte pattern(long at) {
    return (byte) (0xa5 + 37 * at);
  }

  /**
   * Looks at all bands and inputs, then brings back what the call wrote.
   *
   * @throws KernelException naming the array that was written and should not have been
   */
  @Override
  public void finish() {
    for (Guarded array : guarded) {
      String what = (array.written ? "output " : "input ") + array.name;
      if (!isIntact(array.block, 0)) {
        throw new KernelException(kernel + " wrote before its " + what);
      }
      if (!isIntact(array.block, array.block.byteSize() - BAND)) {
        throw new KernelException(kernel + " wrote behind its " + what);
      }
      if (!array.written && array.original.mismatch(array.array()) >= 0) {
        throw new KernelException(kernel + " changed its " + what);
      }
    }
    for (Guarded array : guarded) {
      if (array.written) {
        array.original.copyFrom(array.array());
      }
    }
  }

  private static boolean isIntact(MemorySegment block, long from) {
    for (long i = from; i < from + BAND; i++) {
      if (block.get(ValueLayout.JAVA_BYTE, i) != pattern(i)) {
        return false;
      }
    }
    return true;
  }
}
