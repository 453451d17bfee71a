package org.onelabel.networks.sam;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.weights.Tensor;

class SamMed3dMemoryTest {
  /** What fails on the way to a network closes what was opened before. */
  @Test
  void networksThatCannotBeOpenedLeaveNothing() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    List<String> names = SamWeightNames.needed(Map.of());
    names.forEach(name -> weights.put(name, Tensor.of(new float[1], 1, 1, 1, 1, 1)));
    // 4 MB that are taken, and last a shape that no array can have.
    weights.put(names.getFirst(), Tensor.of(new float[1 << 20], 1, 1 << 20, 1, 1, 1));
    weights.put(names.getLast(), Tensor.of(new float[4], -2, -2));
    Architecture architecture = new Architecture(NetworkKind.SAM_MED3D, 1, false, 2, 1);
    assertLeavesNothing(() -> SamMed3d.of(weights, ComputeDevice.cpu()).close());
    assertLeavesNothing(() -> Specialist.of(architecture, weights, ComputeDevice.cpu()).close());
  }

  /** Each time 4 MB of weights and the operators. */
  private static void assertLeavesNothing(Executable opening) {
    ResidentMemory.assertFlat(60, 40 * 1024, () -> assertThrows(RuntimeException.class, opening));
  }

  /** Nothing lies between a network's memory and the engine's that nobody would close. */
  @Test
  void aNetworkOwnsAllItsMemory() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    SamWeightNames.needed(Map.of())
        .forEach(name -> weights.put(name, Tensor.of(new float[1], 1, 1, 1, 1, 1)));
    try (SamMed3d network = SamMed3d.of(weights, ComputeDevice.cpu());
        NDManager own = ComputeDevice.cpu().newManager()) {
      assertSame(own.getParentManager(), network.manager().getParentManager());
    }
  }
}
