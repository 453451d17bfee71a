package org.onelabel.kernels.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.GridSize;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.UpsampleArgmax;

class KernelConformanceTest {

  @ParameterizedTest
  @EnumSource(Kernels.Implementation.class)
  void everyImplementationAgreesWithFloat64OnRandomCases(Kernels.Implementation implementation) {
    if (implementation == Kernels.Implementation.CUDA) {
      assumeTrue(available(implementation), "there is no CUDA device here");
    }
    try (Kernels kernels = Kernels.open(implementation, 2)) {
      // The emulation is slow.
      assertConforms(
          kernels, 7, implementation == Kernels.Implementation.CUDA_EMULATION ? 25 : 150);
    }
  }

  private static boolean available(Kernels.Implementation implementation) {
    return Kernels.available().stream()
        .anyMatch(a -> a.implementation() == implementation && a.available());
  }

  @Test
  void withoutADeviceCudaIsRefusedInOneClearLine() {
    assumeFalse(available(Kernels.Implementation.CUDA), "there is a CUDA device here");
    KernelException e =
        assertThrows(
            KernelException.class, () -> Kernels.open(Kernels.Implementation.CUDA, 0).close());
    assertTrue(
        e.getMessage().contains("no CUDA device")
            || e.getMessage().contains("the class path has no"),
        e.getMessage());
    assertFalse(e.getMessage().contains("\n"));
  }

  @ParameterizedTest
  @MethodSource("instructionSets")
  void everyInstructionSetAgreesWithFloat64OnRandomCases(String instructionSet) {
    try (Kernels kernels = Kernels.open(2, instructionSet)) {
      assertEquals(instructionSet, kernels.instructionSet());
      assertConforms(kernels, 11, 150);
    }
  }

  static List<String> instructionSets() {
    return Kernels.instructionSets();
  }

  @Test
  void anInstructionSetThatIsNotThereIsRefusedByName() {
    KernelException e = assertThrows(KernelException.class, () -> Kernels.open(1, "avx3"));
    assertTrue(e.getMessage().contains("avx3") && e.getMessage().contains("baseline"));
  }

  @Test
  void theBenchmarkMeasuresWhatItsWorkloadSays() {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CPU, 1);
        Arena arena = Arena.ofConfined()) {
      Workload workload = new Workload.Neighbours(64, 256, 32, 3, Metric.COSINE);
      KernelCase timed = workload.prepare(workload.input(arena), arena);
      Benchmark.Result result = Benchmark.run(kernels, Roofline.measure(kernels), timed, 3);
      assertTrue(result.medianSeconds() > 0);
      assertEquals(2.0 * 64 * 256 * 32 / result.medianSeconds() * 1e-9, result.gigaflops(), 1e-9);
      assertTrue(result.rooflineFraction().orElseThrow() > 0);
    }
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void whatIsTimedIsRightAndAWrongResultIsSeen(Workload workload) {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CPU, 1);
        Arena arena = Arena.ofConfined()) {
      Workload.Input input = workload.input(arena);
      KernelCase timed = workload.prepare(input, arena);
      timed.run(kernels);
      CheckedCase.Outcome right = timed.compare();
      assertTrue(right.isRight(), right.toString());
      assertEquals(workload.kernel(), timed.workload().kernel());
      assertEquals(workload.operations(), timed.workload().operations());
      assertTrue(timed.found().length > 0);
      // The same results of other inputs.
      input.first().asSlice(0, input.first().byteSize() / 4 * 2).fill((byte) 1);
      assertFalse(timed.compare().isRight());
    }
  }

  static List<Workload> workloads() {
    return List.of(
        new Workload.Neighbours(30, 200, 16, 3, Metric.SQUARED_L2),
        new Workload.Cosine(50_000, 5, 3, FeatureMatrix.Layout.CHANNELS),
        new Workload.Entropy(2, 3, 50_000, true),
        new Workload.Upsampling(
            3,
            new GridSize(6, 5, 4),
            new GridSize(20, 12, 9),
            UpsampleArgmax.Interpolation.TRILINEAR),
        new Workload.Reduction(1000));
  }

  private static void assertConforms(Kernels kernels, long seed, int cases) {
    List<Conformance.Result> results = Conformance.run(kernels, seed, cases);
    assertFalse(results.isEmpty());
    for (Conformance.Result result : results) {
      assertEquals(0, result.failed(), result.toString());
    }
  }
}
