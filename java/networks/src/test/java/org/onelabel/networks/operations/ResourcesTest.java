package org.onelabel.networks.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
