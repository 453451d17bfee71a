package org.onelabel.pipeline.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.registration.frame.Cells;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.volumes.grid.Extent;

class AnatomySearchTest {
  private static Image scan(double spacing, int... shape) {
    return new Image(List.of(), Extent.of(shape), new double[] {spacing, spacing, spacing});
  }

  @Test
  void aSmallStructureInAWholeBodyDoesNotTakeEveryVoxelForAPlace() {
    Image body = scan(0.8, 512, 512, 700);
    double[] frame = {15, 15, 15};
    double count = AnatomySearch.count(frame, body);
    int places = Cells.of(frame, body.spacing(), count).covering(body.sides()).voxels();
    assertTrue(places > 200_000 && places <= 300_000, () -> places + " places");
  }

  @Test
  void theFrameHasAllItsCellsWhereTheScanAllowsThem() {
    double[] frame = {150, 150, 150};
    assertEquals(2000, AnatomySearch.count(frame, scan(1.5, 240, 240, 200)));
    assertEquals(2000, AnatomySearch.count(new double[] {15, 15, 15}, scan(0.8, 60, 60, 60)));
  }
}
