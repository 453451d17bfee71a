package org.onelabel.pipeline.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.geom.Path2D;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LabelSliceTest {
  private static final Pattern STEP = Pattern.compile("([Mhvz])(-?\\d*)(?: (\\d+))?");

  private static LabelSlice slice(String... rows) {
    byte[] labels = new byte[rows.length * rows[0].length()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (rows[i / rows[0].length()].charAt(i % rows[0].length()) - '0');
    }
    return new LabelSlice(rows[0].length(), rows.length, labels);
  }

  @Test
  void aBorderRunsAroundItsClassAndAlongItsHoles() {
    assertEquals("M1 1h2v1h-1v1h-1z", slice("0000", "0110", "0120", "0000").outline(1));
    assertEquals("", slice("02", "20").outline(1));
    assertEquals("M0 0h3v3h-3zM1 2h1v-1h-1z", slice("111", "101", "111").outline(1));
    assertEquals("M0 0h1v1h-1zM1 1h1v1h-1z", slice("10", "01").outline(1), "corners");
  }

  @Test
  void thePixelsInsideAreThoseOfTheClass() {
    Random random = new Random(3);
    for (int trial = 0; trial < 50; trial++) {
      byte[] labels = new byte[17 * 11];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = (byte) (random.nextInt(3) == 0 ? 200 : random.nextInt(2));
      }
      LabelSlice slice = new LabelSlice(17, 11, labels);
      for (int structure : new int[] {1, 200}) {
        Path2D path = path(slice.outline(structure));
        for (int y = 0; y < 11; y++) {
          for (int x = 0; x < 17; x++) {
            boolean isThere = (labels[17 * y + x] & 255) == structure;
            assertEquals(isThere, path.contains(x + 0.5, y + 0.5));
          }
        }
      }
    }
  }

  /** The path as the standard of SVG reads it. */
  private static Path2D path(String text) {
    Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO);
    for (MatchResult step : STEP.matcher(text).results().toList()) {
      switch (step.group(1)) {
        case "M" -> path.moveTo(number(step, 2), number(step, 3));
        case "h" -> to(path, number(step, 2), 0);
        case "v" -> to(path, 0, number(step, 2));
        default -> path.closePath();
      }
    }
    return path;
  }

  private static int number(MatchResult step, int group) {
    return Integer.parseInt(step.group(group));
  }

  private static void to(Path2D path, int right, int down) {
    var at = path.getCurrentPoint();
    path.lineTo(at.getX() + right, at.getY() + down);
  }
}
