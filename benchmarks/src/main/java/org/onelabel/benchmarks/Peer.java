package org.onelabel.benchmarks;

import org.onelabel.kernels.Benchmark;
import org.onelabel.kernels.Benchmark.Input;
import org.onelabel.kernels.Kernels;

/** A way to compute in this JVM what a kernel computes. */
sealed interface Peer extends AutoCloseable
    permits CommonsMathPeer, CublasPeer, KernelsPeer, LucenePeer, OpenBlasPeer, PyTorchPeer {

  /** One call; what it finds stays in the peer. */
  void run();

  /**
   * What the last call found: KNN scores queries × k with the best first, cosines voxels × classes,
   * entropies and behind them the mutual information if wanted.
   */
  float[] result();

  @Override
  void close();

  /**
   * A peer by name.
   *
   * @throws IllegalArgumentException where there is none, or it has nothing for this kernel
   */
  static Peer of(String name, Benchmark.Workload workload, Input input) {
    return switch (name) {
      case "pytorch" -> new PyTorchPeer(workload, input, false);
      case "pytorch-parts" -> new PyTorchPeer(workload, input, true);
      case "openblas" -> new OpenBlasPeer(neighbours(name, workload), input);
      case "lucene" -> new LucenePeer(neighbours(name, workload), input);
      case "commons-math" -> new CommonsMathPeer(workload, input);
      case "reference" ->
          new KernelsPeer(Kernels.open(Kernels.Implementation.REFERENCE, 1), workload, input);
      case "cublas" -> new CublasPeer(neighbours(name, workload), input, true);
      case "jcublas" -> new CublasPeer(neighbours(name, workload), input, false);
      case "cuda" ->
          new KernelsPeer(Kernels.open(Kernels.Implementation.CUDA, 0), workload, input, true);
      case "cuda-host" ->
          new KernelsPeer(Kernels.open(Kernels.Implementation.CUDA, 0), workload, input, false);
      case "cuda-emulation" ->
          new KernelsPeer(
              Kernels.open(Kernels.Implementation.CUDA_EMULATION, 0), workload, input, true);
      default -> throw new IllegalArgumentException("no peer \"" + name + "\"");
    };
  }

  private static Benchmark.Neighbours neighbours(String name, Benchmark.Workload workload) {
    if (workload instanceof Benchmark.Neighbours neighbours) {
      return neighbours;
    }
    throw new IllegalArgumentException(name + " has nothing for " + workload.kernel());
  }
}
