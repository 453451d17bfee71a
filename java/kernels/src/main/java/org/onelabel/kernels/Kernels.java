package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernels: prototype cosine similarity, voxel uncertainty, batched exact KNN.
 *
 * <p>Inputs and outputs are memory the caller owns. Off-heap memory (arenas, direct buffers, the
 * memory of a DJL array on the CPU as {@code MemorySegment.ofBuffer(array.toByteBuffer(true))}) is
 * used in place. Heap arrays are pinned and used in place while a call is short (below {@link
 * #PINNED_WORK} multiply-adds); for longer calls they are copied once into off-heap memory and
 * back, because a pinned call would hold up the garbage collector.
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
    CPU
  }

  /**
   * Whether an implementation can be used here.
   *
   * @param detail the instruction set, or why it is not available
   */
  record Availability(Implementation implementation, boolean available, String detail) {}

  /** The fastest implementation, on all cores. */
  static Kernels open() {
    return open(Implementation.CPU, 0);
  }

  /**
   * A given implementation.
   *
   * @param threads 0 for one per core
   * @throws KernelException if it is not available here, saying why
   */
  static Kernels open(Implementation implementation, int threads) {
    return switch (implementation) {
      case REFERENCE -> new ReferenceKernels();
      case CPU -> new NativeKernels(NativeLibrary.cpu(), threads, null);
    };
  }

  /**
   * The CPU implementation on one of {@link #instructionSets()}.
   *
   * @throws KernelException if it is not available here, naming those that are
   */
  static Kernels open(int threads, String instructionSet) {
    return new NativeKernels(NativeLibrary.cpu(), threads, instructionSet);
  }

  /**
   * The CPU implementation with some of its functions replaced by those of the same name in another
   * library that was built against {@code onelabel.h}: for experiments. A mistake there can bring
   * down the process.
   */
  static Kernels withCandidate(Path library, int threads) {
    return new NativeKernels(NativeLibrary.cpu().withCandidate(library), threads, null);
  }

  /** Names of the kernels that {@code library} brings, as {@link Conformance} names them. */
  static List<String> replacedBy(Path library) {
    return NativeLibrary.cpu().replacedBy(library);
  }

  /** Where the packed C header lies after it is unpacked, for compiling candidates. */
  static Path header() {
    return NativeLibrary.unpack("native/onelabel.h", "onelabel.h");
  }

  /** The shared library in use, for linking candidates. */
  static Path library() {
    return NativeLibrary.locate();
  }

  /** The instruction sets of the CPU implementation that this machine has, the best first. */
  static List<String> instructionSets() {
    return NativeLibrary.cpu().instructionSets();
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

  /** The instruction set in use: java, baseline, avx2, avx512, avx512bf16. */
  String instructionSet();

  /** Threads a call may use. */
  int threads();

  /** Measures what the machine does at best, in about half a second; null where it has no sense. */
  Bounds measureBounds();

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
