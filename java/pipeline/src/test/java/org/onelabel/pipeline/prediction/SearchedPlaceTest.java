package org.onelabel.pipeline.prediction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.volumes.grid.Extent;

class SearchedPlaceTest {
  private static final SlidingWindow WINDOW =
      new SlidingWindow(
          new int[] {16, 16, 16}, new int[] {8, 8, 8}, SlidingWindow.Blending.UNIFORM);

  /** A label of one voxel in the middle. */
  private static SlidingWindow narrowed(Extent scan) {
    byte[] labels = new byte[scan.voxels()];
    labels[scan.index(scan.sizeX() / 2, scan.sizeY() / 2, scan.sizeZ() / 2)] = 1;
    return SearchedPlace.of(scan, Optional.of(PseudoLabel.certain(labels))).narrowed(WINDOW);
  }

  @Test
  void aScanThatIsFarLargerThanTheAnatomyIsSearchedAroundItAlone() {
    Extent body = new Extent(128, 128, 128);
    // Along each axis a box of 17 voxels, from 56 to 72: patches from 48, 56, 64 and 72 on.
    assertEquals(4 * 4 * 4, narrowed(body).windows(body.shape()));
    assertEquals(15 * 15 * 15, WINDOW.windows(body.shape()));
  }

  @Test
  void anyOtherIsSearchedAsAWhole() {
    assertSame(WINDOW, narrowed(new Extent(64, 48, 40)));
    Extent body = new Extent(128, 128, 128);
    assertSame(WINDOW, SearchedPlace.of(body, Optional.empty()).narrowed(WINDOW));
    assertSame(
        WINDOW,
        SearchedPlace.of(body, Optional.of(PseudoLabel.nothing(body.voxels()))).narrowed(WINDOW));
  }
}
