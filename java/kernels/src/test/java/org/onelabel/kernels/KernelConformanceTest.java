package org.onelabel.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KernelConformanceTest {

  @ParameterizedTest
  @EnumSource(Kernels.Implementation.class)
  void everyImplementationAgreesWithFloat64OnRandomCases(Kernels.Implementation implementation) {
    try (Kernels kernels = Kernels.open(implementation, 2)) {
      List<Conformance.Result> results = Conformance.run(kernels, 7, 150);
      assertFalse(results.isEmpty());
      for (Conformance.Result result : results) {
        assertEquals(0, result.failed(), result.toString());
      }
    }
  }
}
