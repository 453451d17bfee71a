package org.onelabel.networks.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.ResidentMemory;

class ResourcesTest {

  @Test
  void whatFailsOnTheWayClosesWhatWasOpened() {
    List<String> closed = new ArrayList<>();
    assertThrows(
        IllegalStateException.class,
        () ->
            Resources.open(
                resources -> {
                  resources.add("first", closed::add);
                  resources.add("second", closed::add);
                  throw new IllegalStateException();
                }));
    assertEquals(List.of("second", "first"), closed);
  }

  /** A module is some hundred kilobytes of compiled methods. */
  @Test
  void scriptsThatCannotBeOpenedLeaveNothing() {
    ResidentMemory.assertFlat(
        200,
        20 * 1024,
        () -> {
          try (NDManager manager = ComputeDevice.cpu().newManager()) {
            assertThrows(
                RuntimeException.class,
                () -> ScriptModule.open(ResourcesTest.class, "missing", manager));
          }
        });
  }
}
