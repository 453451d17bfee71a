package org.onelabel.networks.methods;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.ResidentMemory;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.ComputeDevice;

class AdversarialMethodTest {

  /** Each time a discriminator of 40 MB. */
  @Test
  void aMethodThatCannotBeOpenedLeavesNothing() {
    RandomGenerator broken =
        () -> {
          throw new IllegalStateException("no more numbers");
        };
    Architecture architecture = new Architecture(1, false, 2, 16);
    try (Specialist student = Specialist.blank(architecture, ComputeDevice.cpu())) {
      ResidentMemory.assertFlat(
          30,
          200 * 1024,
          () ->
              assertThrows(
                  IllegalStateException.class, () -> AdversarialMethod.open(student, broken)));
    }
  }
}
