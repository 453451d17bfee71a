package org.onelabel.pipeline.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.volumes.grid.Extent;

class StartsTest {
  private static Image image(double... spacing) {
    return new Image(List.of(new float[1]), new Extent(1, 1, 1), spacing);
  }

  /** The orientation alone, as text that equal matrices share. */
  private static String orientation(Pose pose) {
    double[] m = new Pose(pose.mirrored(), pose.rotation(), new double[3], new double[3]).matrix();
    return Arrays.toString(Arrays.stream(m).mapToLong(v -> Math.round(1000 * v)).toArray());
  }

  private static Map<String, Integer> orientations(List<Pose> starts, boolean mirrored) {
    Map<String, Integer> counts = new HashMap<>();
    starts.stream()
        .filter(pose -> pose.mirrored() == mirrored)
        .forEach(pose -> counts.merge(orientation(pose), 1, Integer::sum));
    return counts;
  }

  @Test
  void cubicVoxelsGiveUprightTiltedAndEveryRightAngleOnce() {
    List<Pose> starts = Starts.of(image(1, 1, 1));
    for (boolean mirrored : new boolean[] {false, true}) {
      Map<String, Integer> counts = orientations(starts, mirrored);
      // Upright and six tilted ones in four sizes, the cube's 23 other rotations in two.
      assertEquals(1 + 6 + 23, counts.size());
      assertEquals(7, counts.values().stream().filter(n -> n == 4).count());
      assertEquals(23, counts.values().stream().filter(n -> n == 2).count());
      String none = orientation(new Pose(mirrored, new double[3], new double[3], new double[3]));
      assertEquals(4, counts.get(none), "no right angle is none");
      Set<String> right = new HashSet<>(counts.keySet());
      right.removeIf(text -> !text.matches("\\[((0|-?1000)(, )?){9}]"));
      assertEquals(24, right.size());
    }
  }

  @Test
  void thickSlicesAreTurnedWithinTheirPlaneOnly() {
    for (int across = 0; across < 3; across++) {
      double[] spacing = {1.5, 1.5, 1.5};
      spacing[across] = 8;
      List<Pose> starts = Starts.of(image(spacing));
      for (boolean mirrored : new boolean[] {false, true}) {
        Map<String, Integer> counts = orientations(starts, mirrored);
        assertEquals(12, counts.size());
        assertTrue(counts.values().stream().allMatch(n -> n == 4));
      }
      for (Pose start : starts) {
        for (int a = 0; a < 3; a++) {
          assertTrue(a == across || start.rotation()[a] == 0);
        }
      }
    }
  }

  @Test
  void sizesLieAroundTheTemplates() {
    for (Pose start : Starts.of(image(1, 1, 1))) {
      assertEquals(start.logScale()[0], start.logScale()[1]);
      assertEquals(start.logScale()[0], start.logScale()[2]);
      assertFalse(Math.abs(start.meanLogScale()) > Math.log(1.5));
    }
    double mean =
        Starts.of(image(1, 1, 1)).stream().mapToDouble(Pose::meanLogScale).average().orElseThrow();
    assertEquals(0, mean, 0.01, "as many larger as smaller");
  }
}
