package org.onelabel.networks.sam;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.onelabel.networks.ResidentMemory;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.weights.Tensor;

class SamMed3dMemoryTest {
  /** What fails on the way to a network closes what was opened before. */
  @Test
  void networksThatCannotBeOpenedLeaveNothing() {
    ResidentMemory.require();
    Map<String, Tensor> weights = new LinkedHashMap<>();
    List<String> names = SamMed3d.needed(Map.of());
    names.forEach(name -> weights.put(name, Tensor.of(new float[1], 1, 1, 1, 1, 1)));
    // 4 MB that are taken, and last a shape that no array can have.
    weights.put(names.getFirst(), Tensor.of(new float[1 << 20], 1, 1 << 20, 1, 1, 1));
    weights.put(names.getLast(), Tensor.of(new float[4], -2, -2));
    Architecture architecture = new Architecture(NetworkKind.SAM_MED3D, 1, false, 2, 1);
    assertLeavesNothing(() -> SamMed3d.of(weights).close());
    assertLeavesNothing(() -> Specialist.of(architecture, weights).close());
  }

  private static void assertLeavesNothing(Executable opening) {
    long before = 0;
    for (int n = 0; n < 60; n++) {
      assertThrows(RuntimeException.class, opening);
      if (n == 20) {
        System.gc();
        before = ResidentMemory.kilobytes();
      }
    }
    System.gc();
    long growth = ResidentMemory.kilobytes() - before;
    // Each time 4 MB of weights and the operators.
    assertTrue(growth < 40 * 1024, "40 networks that could not be opened took " + growth + " kB");
  }

  /** Nothing lies between a network's memory and the engine's that nobody would close. */
  @Test
  void aNetworkOwnsAllItsMemory() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    SamMed3d.needed(Map.of())
        .forEach(name -> weights.put(name, Tensor.of(new float[1], 1, 1, 1, 1, 1)));
    try (SamMed3d network = SamMed3d.of(weights);
        NDManager own = NDManager.newBaseManager(Operators.ENGINE)) {
      assertSame(own.getParentManager(), network.manager().getParentManager());
    }
  }
}
