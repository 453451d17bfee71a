package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.onelabel.kernels.NativeLibrary.Build;

/**
 * The kernels: prototype cosine similarity, voxel uncertainty, batched exact KNN.
 *
 * <p>Inputs and outputs are memory the caller owns. Off-heap memory (arenas, direct buffers, the
 * memory of a DJL array on the CPU as {@code MemorySegment.ofBuffer(array.toByteBuffer(true))}) is
 * used in place. Heap arrays are pinned and used in place while a call is short (below {@link
 * #PINNED_WORK} multiply-adds); for longer calls they are copied once into off-heap memory and
 * back, because a pinned call would hold up the garbage collector. Memory that is not aligned for
 * its elements is copied, too.
 *
 * <p>An output that is read-only, or that overlaps an input or another output, is refused as its
 * call is made.
 *
 * <p>What they do with NaN, infinities, vectors of any length and what is no probability is said in
 * {@code onelabel.h}, and is the same for all.
 *
 * <p>CUDA kernels take {@link DeviceMemory} in place of any array, in any mixture with memory of
 * the host, which they copy to the device and back through two pinned buffers.
 *
 * <p>One instance may be used by any number of threads at once. Close it when they are done; a call
 * on a closed instance is an {@link IllegalStateException}.
 */
public sealed interface Kernels extends AutoCloseable permits ReferenceKernels, NativeKernels {

  /** Calls with at most this many multiply-adds use heap arrays in place. */
  long PINNED_WORK = 4_000_000;

  /** Where the arithmetic is done. */
  enum Implementation {
    /** Plain Java in float64: the meaning of the kernels, not fast. */
    REFERENCE,
    /** C++ for this machine's processor. */
    CPU,
    /** CUDA on an NVIDIA card of compute capability 8.0 or more. */
    CUDA,
    /** The CUDA kernels on this machine's processor, thread by thread: right, and very slow. */
    CUDA_EMULATION;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Whether an implementation can be used here.
   *
   * @param detail the instruction set or the device's architecture, or why it is not available
   */
  record Availability(Implementation implementation, boolean available, String detail) {}

  /** The first CUDA device if there is one, else all cores of the processor. */
  static Kernels open() {
    // The CUDA library is not unpacked where it cannot work.
    if (NativeLibrary.hasDriver()) {
      try {
        return open(Implementation.CUDA, 0);
      } catch (KernelException _) {
        // No device, or one that is too old.
      }
    }
    return open(Implementation.CPU, 0);
  }

  /**
   * A given implementation.
   *
   * @param threads 0 for as many as the process may use: by affinity mask and control groups
   * @throws KernelException if it is not available here, saying why
   */
  static Kernels open(Implementation implementation, int threads) {
    return switch (implementation) {
      case REFERENCE -> new ReferenceKernels();
      case CPU -> new NativeKernels(implementation, Build.CPU.library(), threads, null);
      case CUDA -> new NativeKernels(implementation, Build.CUDA.library(), threads, null);
      case CUDA_EMULATION ->
          new NativeKernels(implementation, Build.CUDA_EMULATION.library(), threads, null);
    };
  }

  /**
   * CUDA on chosen devices.
   *
   * @param devices a number ("1"), several ("0,1": they share the vectors, voxels or database rows
   *     of a call) or "all"
   * @throws KernelException if they are not available here, saying why
   */
  static Kernels onDevices(String devices) {
    return new NativeKernels(Implementation.CUDA, Build.CUDA.library(), 0, devices);
  }

  /**
   * The CPU implementation on one of {@link #instructionSets()}.
   *
   * @throws KernelException if it is not available here, naming those that are
   */
  static Kernels open(int threads, String instructionSet) {
    return new NativeKernels(Implementation.CPU, Build.CPU.library(), threads, instructionSet);
  }

  /** Where the packed C header lies after it is unpacked, for compiling candidates. */
  static Path header() {
    return NativeLibrary.unpack("native/onelabel.h", "onelabel.h");
  }

  /** The shared library in use, for linking candidates. */
  static Path library() {
    return Build.CPU.locate();
  }

  /** The instruction sets of the CPU implementation that this machine has, the best first. */
  static List<String> instructionSets() {
    return Build.CPU.library().instructionSets();
  }

  /** Every implementation, and whether this machine has it. */
  static List<Availability> available() {
    List<Availability> result = new ArrayList<>();
    for (Implementation implementation : Implementation.values()) {
      try (Kernels kernels = open(implementation, 1)) {
        result.add(new Availability(implementation, true, kernels.instructionSet()));
      } catch (KernelException e) {
        result.add(new Availability(implementation, false, e.getMessage()));
      }
    }
    return result;
  }

  Implementation implementation();

  /** The instruction set in use: java, baseline, avx2, avx512, avx512bf16; sm_90 and the like. */
  String instructionSet();

  /** Threads a call may use; of CUDA the number of devices. */
  int threads();

  /** Measures what the machine does at best, in about half a second; null where it has no sense. */
  Bounds measureBounds();

  /**
   * Memory where these kernels work: a CUDA device's, or off-heap memory of the host. What passes
   * from one call to the next stays there.
   */
  DeviceMemory allocate(long bytes);

  /** The device, to work on it asynchronously; null unless these kernels are CUDA's. */
  Device device();

  /** Runs; returns how many vectors are not finite. */
  long run(PrototypeCosine call);

  /** Runs. */
  void run(UpsampleArgmax call);

  /** Runs; returns how many voxels are not a number. */
  long run(VoxelEntropy call);

  /** Runs; returns how many queries and database rows are not finite, together. */
  long run(NearestNeighbours call);

  /**
   * Mean and exact quantiles.
   *
   * @param values {@code count} float32
   * @param levels each in 0…1
   */
  Summary summarise(MemorySegment values, long count, double... levels);

  @Override
  void close();
}
