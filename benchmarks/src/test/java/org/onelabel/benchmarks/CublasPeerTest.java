package org.onelabel.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.experiment.Workload;

class CublasPeerTest {
  private static final Workload WORKLOAD = Shape.parse("knn:70x1300x40:5:inner-product");

  @ParameterizedTest
  @ValueSource(strings = {"cublas", "jcublas"})
  void findsWhatOursFind(String name) {
    assumeTrue(hasLibraries(name), "skipped: " + name + " has no libcublas with its libcudart");
    assumeTrue(hasDevice(), "skipped: no CUDA device");
    try (Arena arena = Arena.ofShared()) {
      Workload.Input input = WORKLOAD.input(arena);
      try (Peer peer = Peer.of(name, WORKLOAD, input);
          Peer ours =
              new KernelsPeer(Kernels.open(Kernels.Implementation.CPU, 1), WORKLOAD, input)) {
        peer.run();
        ours.run();
        assertArrayEquals(ours.result(), peer.result(), 1e-3f);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cublas", "jcublas"})
  void whereALibraryIsMissingItIsNamed(String name) {
    assumeFalse(hasLibraries(name), "skipped: the libraries are here");
    try (Arena arena = Arena.ofShared()) {
      Workload.Input input = WORKLOAD.input(arena);
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> Peer.of(name, WORKLOAD, input).close());
      assertTrue(e.getMessage().contains("libcublas.so.12"), e::getMessage);
    }
  }

  private static boolean hasDevice() {
    return Kernels.available().stream()
        .anyMatch(a -> a.implementation() == Kernels.Implementation.CUDA && a.available());
  }

  private static boolean hasLibraries(String name) {
    List<List<String>> sets =
        name.equals("jcublas")
            ? List.of(List.of("libcublas.so.12", "libcublasLt.so.12", "libcudart.so.12"))
            : List.of(
                List.of("libcublas.so.13", "libcudart.so.13"),
                List.of("libcublas.so.12", "libcudart.so.12"),
                List.of("libcublas.so", "libcudart.so"));
    return sets.stream().anyMatch(set -> set.stream().allMatch(CublasPeerTest::isHere));
  }

  private static boolean isHere(String library) {
    try (Arena arena = Arena.ofConfined()) {
      return SymbolLookup.libraryLookup(library, arena) != null;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
