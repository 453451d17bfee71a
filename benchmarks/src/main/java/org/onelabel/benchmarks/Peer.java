package org.onelabel.benchmarks;

import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.experiment.Workload;
import org.onelabel.kernels.experiment.Workload.Input;

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
  static Peer of(String name, Workload workload, Input input) {
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

  private static Workload.Neighbours neighbours(String name, Workload workload) {
    if (workload instanceof Workload.Neighbours neighbours) {
      return neighbours;
    }
    throw new IllegalArgumentException(name + " has nothing for " + workload.kernel());
  }
}
