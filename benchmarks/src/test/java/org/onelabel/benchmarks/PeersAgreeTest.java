package org.onelabel.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.experiment.Workload;

/** A ratio means something only between two ways to the same result. */
class PeersAgreeTest {
  @ParameterizedTest
  @CsvSource({
    "knn:70x1300x40:5:inner-product, cuda-emulation pytorch openblas lucene commons-math reference",
    "knn:300x2100x17:3:squared-l2, pytorch openblas lucene reference",
    "cosine:1500x40:3:rows, cuda-emulation pytorch pytorch-parts commons-math reference",
    "cosine:5000x40:3:channels, pytorch pytorch-parts commons-math reference",
    "entropy:4x2x9000, pytorch pytorch-parts commons-math reference",
    "entropy:4x3x9000:information, cuda-emulation pytorch pytorch-parts commons-math reference",
    "entropy:3x2x9000:information, pytorch pytorch-parts commons-math reference"
  })
  void everyPeerComputesWhatTheKernelComputes(String shape, String peers) {
    Workload workload = Shape.parse(shape);
    try (Arena arena = Arena.ofShared()) {
      Workload.Input input = workload.input(arena);
      float[] expected;
      try (Peer ours =
          new KernelsPeer(Kernels.open(Kernels.Implementation.CPU, 1), workload, input)) {
        ours.run();
        expected = ours.result();
      }
      for (String name : peers.split(" ", -1)) {
        try (Peer peer = Peer.of(name, workload, input)) {
          peer.run();
          peer.run();
          assertArrayEquals(expected, peer.result(), 5e-5f, name);
        }
      }
    }
  }
}
