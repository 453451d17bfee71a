package org.onelabel.pipeline.registration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnatomySearchTest {
  private static long places(double[] frame, Image scan) {
    int[] counts = AnatomySearch.cells(frame, scan).counts(scan.extent());
    return (long) counts[0] * counts[1] * counts[2];
  }

  private static Image scan(double spacing, int... shape) {
    return new Image(List.of(), shape, new double[] {spacing, spacing, spacing});
  }

  @Test
  void aSmallStructureInAWholeBodyDoesNotTakeEveryVoxelForAPlace() {
    Image body = scan(0.8, 512, 512, 700);
    long places = places(new double[] {15, 15, 15}, body);
    assertTrue(places > 200_000 && places < 350_000, () -> places + " places");
  }

  @Test
  void cellsFollowTheFrameWhereTheScanAllowsThem() {
    Image chest = scan(1.5, 240, 240, 200);
    double[] frame = {150, 150, 150};
    assertArrayEquals(
        Cells.of(frame, chest.spacing(), 2000).sides(), AnatomySearch.cells(frame, chest).sides());
  }
}
