package org.onelabel.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;

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
 * <p>CUDA kernels take a {@link DeviceBuffer} in place of any array, in any mixture with memory of
 * the host, which they copy to the device and back through two pinned buffers.
 *
 * <p>One instance may be used by any number of threads at once. Close it when they are done; a call
 * on a closed instance is an {@link IllegalStateException}.
 */
public interface Kernels extends AutoCloseable {

  /** Calls with at most this many multiply-adds use heap arrays in place. */
  long PINNED_WORK = 4_000_000;

  /** Where the arithmetic is done. */
  enum Implementation {
    /**
     * Plain Java: what float64 arithmetic finds, rounded once. Two to ten times slower than the
     * CPU's with AVX2.
     */
    REFERENCE,
    /** C++ for this machine's processor. */
    CPU,
    /** CUDA on an NVIDIA card of compute capability 8.0 or more. */
    CUDA,
    /**
     * The CUDA kernels on this machine's processor, thread by thread: right, and very slow. Test
     * code, found in a build of the repository alone.
     */
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

  /**
   * The first CUDA device if there is one, else all cores of the processor. Where the class path
   * has no library for this platform it is the plain Java reference, which is slower: a warning of
   * the {@link System.Logger} named {@code org.onelabel.kernels} says so and why. A library that is
   * there and cannot be used is a fault, not passed over.
   *
   * @throws KernelException where the processor's library cannot be used, saying why
   */
  static Kernels open() {
    return open(0);
  }

  /**
   * The same for a process that shares the machine.
   *
   * @param threads of an implementation that works on the processor; 0 for as many as the process
   *     may use: by affinity mask and control groups
   */
  static Kernels open(int threads) {
    KernelsProvider cuda = provider(Implementation.CUDA);
    // The CUDA library is not unpacked where it cannot work.
    if (cuda.absence().isEmpty()) {
      try {
        return cuda.open(0, Optional.empty());
      } catch (KernelException _) {
        // No device, or one that is too old.
      }
    }
    KernelsProvider cpu = provider(Implementation.CPU);
    Optional<String> absence = cpu.absence();
    if (absence.isEmpty()) {
      return cpu.open(threads, Optional.empty());
    }
    System.getLogger("org.onelabel.kernels")
        .log(
            System.Logger.Level.WARNING,
            "{0}; the plain Java reference is used, which is slower",
            absence.get());
    return open(Implementation.REFERENCE, threads);
  }

  /**
   * A given implementation.
   *
   * @param threads 0 for as many as the process may use: by affinity mask and control groups
   * @throws KernelException if it is not available here, saying why
   */
  static Kernels open(Implementation implementation, int threads) {
    return provider(implementation).open(threads, Optional.empty());
  }

  /**
   * CUDA on chosen devices.
   *
   * @param devices a number ("1"), several ("0,1": they share the vectors, voxels or database rows
   *     of a call) or "all"
   * @throws KernelException if they are not available here, saying why
   */
  static Kernels onDevices(String devices) {
    return provider(Implementation.CUDA).open(0, Optional.of(devices));
  }

  /**
   * The CPU implementation on one of {@link #instructionSets()}.
   *
   * @throws KernelException if it is not available here, naming those that are
   */
  static Kernels open(int threads, String instructionSet) {
    return provider(Implementation.CPU).open(threads, Optional.of(instructionSet));
  }

  /** The instruction sets of the CPU implementation that this machine has, the best first. */
  static List<String> instructionSets() {
    return provider(Implementation.CPU).variants();
  }

  /** Every implementation, and whether this machine has it. */
  static List<Availability> available() {
    List<Availability> result = new ArrayList<>();
    for (Implementation implementation : Implementation.values()) {
      try (Kernels kernels = open(implementation, 1)) {
        result.add(new Availability(implementation, true, kernels.instructionSet()));
      } catch (KernelException e) {
        result.add(
            new Availability(
                implementation, false, Optional.ofNullable(e.getMessage()).orElse("")));
      }
    }
    return result;
  }

  private static KernelsProvider provider(Implementation implementation) {
    for (KernelsProvider provider :
        ServiceLoader.load(KernelsProvider.class, Kernels.class.getClassLoader())) {
      if (provider.implementation() == implementation) {
        return provider;
      }
    }
    throw new KernelException(
        "no provider of %s: META-INF/services of this library is missing"
            .formatted(implementation));
  }

  /** Which implementation runs the calls. */
  Implementation implementation();

  /**
   * The instruction set in use: java; baseline, avx2, avxvnni, avx512, avx512vnni, avx512amx;
   * sm_90.
   */
  String instructionSet();

  /** Threads a call may use; of CUDA the number of devices. */
  int threads();

  /**
   * Memory where these kernels work: a CUDA device's, or off-heap memory of the host. What passes
   * from one call to the next stays there. Its owner closes it before these kernels.
   */
  DeviceBuffer allocate(long bytes);

  /**
   * A database without rows, for many searches. Its owner closes it.
   *
   * @param dimension values of a row, 0 to 2³¹ − 1
   * @param type of its rows and queries
   * @param metric what makes a row near
   */
  PreparedDatabase database(long dimension, ElementType type, NearestNeighbours.Metric metric);

  /** The device, to work on it asynchronously; none unless these kernels are CUDA's. */
  Optional<Device> device();

  /**
   * The same kernels with the same threads or devices, for calls that another thread may end. Its
   * owner closes it; these kernels may be closed before it.
   */
  CancellableKernels cancellable();

  /** Runs; returns how many vectors are not finite. */
  long run(PrototypeCosine call);

  /** Runs. */
  void run(UpsampleArgmax call);

  /** Runs; returns how many voxels are not a number. */
  long run(VoxelEntropy call);

  /** Runs; returns how many queries and database rows are not finite, together. */
  long run(NearestNeighbours call);

  /**
   * Runs; returns how many queries and database rows are not finite, together. How many rows were
   * found says the last of the starts.
   */
  long run(RangeSearch call);

  /**
   * Mean and exact quantiles.
   *
   * @param values {@code count} float32
   * @param levels each in 0…1
   */
  Summary summarise(Buffer values, long count, double... levels);

  @Override
  void close();
}
