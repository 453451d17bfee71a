package org.onelabel.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AffineTest {
  private static Affine ofColumns(double... c) {
    return Affine.of(c[0], c[3], c[6], 0, c[1], c[4], c[7], 0, c[2], c[5], c[8], 0);
  }

  @Test
  void axesAreNamedByTheirDirections() {
    assertEquals("RAS", Affine.ofSpacing(1, 2, 3).orientation());
    assertEquals("LPS", ofColumns(-1, 0, 0, 0, -2, 0, 0, 0, 5).orientation());
    assertEquals("PIR", ofColumns(0, -1, 0, 0, 0, -3, 2, 0, 0).orientation());
  }

  @Test
  void anObliqueScanHasEveryPairOfDirectionsOnce() {
    // Each axis runs most to the right; one letter for all would be no orientation.
    assertEquals(
        "RPI", ofColumns(0.70, 0.60, 0.39, 0.62, -0.78, 0.08, 0.35, 0.19, -0.92).orientation());
    Random random = new Random(5);
    for (int i = 0; i < 1000; i++) {
      double[] columns = random.doubles(9, -1, 1).toArray();
      Affine affine = ofColumns(columns);
      if (affine.isInvertible()) {
        Set<Integer> pairs = new HashSet<>();
        affine.orientation().chars().forEach(c -> pairs.add("RLAPSI".indexOf(c) / 2));
        assertEquals(Set.of(0, 1, 2), pairs, affine.orientation());
      }
    }
  }

  @Test
  void shearedAxesShareTheTurnOfTheClosestRotation() {
    // y leans so far to the right that x alone is its strongest direction.
    assertEquals("RAS", ofColumns(1, 0, 0, 0.8, 0.6, 0, 0, 0, 1).orientation());
  }
}
