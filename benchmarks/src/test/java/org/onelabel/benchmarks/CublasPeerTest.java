package org.onelabel.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.kernels.Benchmark;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;

class CublasPeerTest {
  @ParameterizedTest
  @ValueSource(strings = {"cublas", "jcublas"})
  void findsWhatOursFindOrSaysWhatIsMissing(String name) {
    Benchmark.Workload workload = Shape.parse("knn:70x1300x40:5:inner-product");
    try (Arena arena = Arena.ofShared()) {
      Benchmark.Input input = workload.input(arena);
      try (Peer peer = Peer.of(name, workload, input);
          Peer ours =
              new KernelsPeer(Kernels.open(Kernels.Implementation.CPU, 1), workload, input)) {
        peer.run();
        ours.run();
        assertArrayEquals(ours.result(), peer.result(), 1e-3f);
      } catch (IllegalStateException | KernelException missing) {
        String why = missing.getMessage();
        assertTrue(
            why.contains("libcublas") || why.contains("no CUDA device"), "not clear: " + why);
      }
    }
  }
}
