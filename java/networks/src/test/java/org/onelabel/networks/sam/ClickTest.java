package org.onelabel.networks.sam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClickTest {
  private static final int[] SHAPE = {16, 12, 10};

  /** 1 in a box, 0 elsewhere. */
  private static void box(float[] mask, int from, int side) {
    for (int x = from; x < from + side; x++) {
      for (int y = from; y < from + side; y++) {
        for (int z = from; z < from + side; z++) {
          mask[(x * SHAPE[1] + y) * SHAPE[2] + z] = 1;
        }
      }
    }
  }

  @Test
  void theFirstClickLiesDeepInTheLargestRegion() {
    float[] wanted = new float[16 * 12 * 10];
    box(wanted, 0, 1);
    box(wanted, 3, 6);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 50; i++) {
      Click click = Click.next(wanted, new float[wanted.length], 0, false, SHAPE, random);
      assertTrue(click.inside());
      for (int place : click.place()) {
        // Depths are 1 to 3: the deeper half begins a voxel under the surface.
        assertTrue(place >= 4 && place <= 7, "a click at " + place);
      }
    }
  }

  @Test
  void whatIsTooMuchIsClickedAsOutside() {
    float[] wanted = new float[16 * 12 * 10];
    float[] given = new float[wanted.length];
    java.util.Arrays.fill(given, -1);
    box(given, 2, 5);
    Click click = Click.next(wanted, given, 0, true, SHAPE, new SplittableRandom(2));
    assertEquals(false, click.inside());
    assertTrue(click.place()[0] >= 2 && click.place()[0] < 7);
  }
}
