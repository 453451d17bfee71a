package org.onelabel.networks.augmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnisotropyTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, -1",
    "1.5, 1.5, 10, 2",
    "8, 1, 1, 0",
    "1, 4, 1.2, 1",
    "11.74, 3.87, 120, 2",
    "1, 1, 3, -1",
    "1, 1, 2.5, -1"
  })
  void slicesMoreThanThreeTimesAsThickAreThick(double x, double y, double z, int across) {
    assertEquals(across, new Anisotropy(new double[] {x, y, z}).acrossSlices());
  }

  @Test
  void aShareTellsHowMuchFinerTheFinestSideIs() {
    Anisotropy voxels = new Anisotropy(new double[] {3, 1.5, 6});
    assertEquals(0.5, voxels.share(0));
    assertEquals(1, voxels.share(1));
    assertEquals(0.25, voxels.share(2));
  }

  @Test
  void laterChangesOfTheSpacingGivenDoNotReachIt() {
    double[] spacing = {1, 1, 1};
    Anisotropy voxels = new Anisotropy(spacing);
    spacing[2] = 9;
    assertEquals(-1, voxels.acrossSlices());
  }
}
