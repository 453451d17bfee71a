package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Memory where kernels work: a CUDA device's, or the host's where they work on the host. {@link
 * Kernels#allocate} makes it, or {@link Device#borrow} shows what another library allocated; only
 * those are taken by calls. Its owner closes it before the kernels are closed. Any number of
 * threads may use it at once; closing waits for the calls that use it, and later ones are refused
 * with an {@link IllegalStateException}.
 */
public non-sealed interface DeviceBuffer extends Buffer, AutoCloseable {
  /** The address; on a device a {@code CUdeviceptr}. */
  long address();

  /**
   * Copies the whole of {@code from}, which is the host's, to the beginning of this memory.
   *
   * @return this buffer
   */
  DeviceBuffer write(MemorySegment from);

  /** Fills {@code to}, which is the host's, from the beginning of this memory. */
  void read(MemorySegment to);

  /** Frees it after the calls that use it, or ends the loan; twice is no mistake. */
  @Override
  void close();
}
