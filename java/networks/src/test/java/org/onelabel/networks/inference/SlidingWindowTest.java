package org.onelabel.networks.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

class SlidingWindowTest {
  private static final int[] SHAPE = {30, 17, 24};
  private static final SlidingWindow EVERYWHERE =
      new SlidingWindow(
          new int[] {8, 20, 6}, new int[] {4, 10, 3}, SlidingWindow.Blending.GAUSSIAN);

  private final Extent extent = Extent.of(SHAPE);
  private final Scan scan = scan();
  private int asked;

  private static Scan scan() {
    float[] values = new float[30 * 17 * 24];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble();
    }
    return new Scan(List.of(values), SHAPE, null, null);
  }

  /** What a window says of a voxel depends on all of the window. */
  private float[] predict(float[] image) {
    asked++;
    float[] probabilities = new float[2 * image.length];
    for (int i = 0; i < image.length; i++) {
      probabilities[image.length + i] = 0.5f * (image[i] + image[image.length / 2]);
      probabilities[i] = 1 - probabilities[image.length + i];
    }
    return probabilities;
  }

  private float[][] predict(SlidingWindow window) {
    asked = 0;
    return window
        .predict(scan, false, 2, this::predict, SlidingWindow.Listener.NONE)
        .cropped(SHAPE);
  }

  @Test
  void windowsWithinAPlaceSayThereWhatAllSay() {
    Box place = Box.of(new int[] {-3, 2, 9}, new int[] {10, 5, 4});
    SlidingWindow narrow = EVERYWHERE.within(place);
    float[][] all = predict(EVERYWHERE);
    assertEquals(asked, EVERYWHERE.windows(SHAPE));
    float[][] some = predict(narrow);
    assertEquals(asked, narrow.windows(SHAPE));
    // Along the axes: patches from 0 and 4; the only one; from 6, 9 and 12 (from 4 to 12
    // exclusive).
    assertEquals(2 * 3, asked);
    for (int x = 0; x < 30; x++) {
      for (int y = 0; y < 17; y++) {
        for (int z = 0; z < 24; z++) {
          int voxel = extent.index(x, y, z);
          if (place.contains(x, y, z)) {
            assertEquals(all[1][voxel], some[1][voxel]);
          }
          if (x >= 12 || z < 6 || z >= 18) {
            assertEquals(1, some[0][voxel]);
            assertEquals(0, some[1][voxel]);
          } else {
            assertTrue(some[1][voxel] > 0);
          }
          assertEquals(1, some[0][voxel] + some[1][voxel], 1e-6);
        }
      }
    }
  }
}
