package org.onelabel.networks.weights;

import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.ResidentMemory;
import org.onelabel.networks.operations.ComputeDevice;

class WeightsTest {

  /** Each time 16 MB, in a manager that stays open. */
  @Test
  void weightsThatCannotBeFilledLeaveNothing() {
    try (NDManager parent = ComputeDevice.cpu().newManager()) {
      ResidentMemory.assertFlat(
          60,
          40 * 1024,
          () ->
              assertThrows(
                  IllegalStateException.class,
                  () ->
                      Weights.open(
                          "a network",
                          parent,
                          weights -> {
                            weights.add("first", 1 << 22);
                            // Touched, for it to be resident.
                            weights.get("first").addi(1);
                            throw new IllegalStateException();
                          })));
    }
  }
}
