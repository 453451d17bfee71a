package org.onelabel.pipeline.cohort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.configuration.ConfigurationTest;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.format.VolumeFormats;
import org.onelabel.volumes.grid.Extent;

class WorkingSpacingTest {
  private static final long MOST = 800_000;
  private static final int[] LARGE = {176, 160, 144};
  private static final double[] HALF = {0.5, 0.5, 0.5};

  @TempDir private Path folder;

  private static double voxels(Extent frame, double[] own, double side) {
    double voxels = 1;
    for (int a = 0; a < 3; a++) {
      voxels *= frame.size(a) * own[a] / Math.max(own[a], side);
    }
    return voxels;
  }

  @Test
  void aFrameOfFewVoxelsKeepsTheTemplatesOwn() {
    double[] own = {1.25, 1.25, 1.25};
    assertEquals(1.25, WorkingSpacing.side(own, new Extent(92, 90, 90), MOST));
  }

  @Test
  void aFrameOfManyIsBroughtToWhatItMayHave() {
    Extent frame = new Extent(183, 140, 88);
    double[] own = {0.625, 0.625, 0.625};
    double voxels = voxels(frame, own, WorkingSpacing.side(own, frame, MOST));
    assertTrue(voxels > 770_000 && voxels <= 810_000, () -> voxels + " voxels");
  }

  @Test
  void thickSlicesStayUntilTheOthersAreAsThick() {
    double[] own = {0.8, 0.8, 5};
    Extent frame = new Extent(400, 400, 60);
    assertEquals(0.8 * Math.sqrt(12), WorkingSpacing.side(own, frame, MOST), 0.05);
    assertTrue(WorkingSpacing.side(own, new Extent(2000, 2000, 60), MOST) > 5);
  }

  /** A large box of class 1, and boxes of class 2. */
  private double[] spacing(int[] sides, String settings, int[]... corners) {
    Geometry geometry = Geometry.of(LARGE[0], LARGE[1], LARGE[2], Affine.ofSpacing(0.5, 0.5, 0.5));
    byte[] labels = new byte[geometry.voxels()];
    box(labels, new int[] {44, 40, 36}, new int[] {88, 80, 72}, 1);
    for (int[] corner : corners) {
      box(labels, corner, sides, 2);
    }
    Path image = folder.resolve("a_0000.nii");
    Path label = folder.resolve("a.nii");
    VolumeFormats.NIFTI.write(image, new Volume(geometry, new float[geometry.voxels()]));
    VolumeFormats.NIFTI.write(label, new LabelMap(geometry, labels));
    Configuration configuration =
        Configuration.of("quick", ConfigurationTest.assignments(settings));
    return WorkingSpacing.of(
        new Case("a", List.of(image), Optional.of(label)),
        configuration.cohort(),
        configuration.registration());
  }

  private static void box(byte[] labels, int[] corner, int[] sides, int structure) {
    for (int x = corner[0]; x < corner[0] + sides[0]; x++) {
      for (int y = corner[1]; y < corner[1] + sides[1]; y++) {
        for (int z = corner[2]; z < corner[2] + sides[2]; z++) {
          labels[(x * LARGE[1] + y) * LARGE[2] + z] = (byte) structure;
        }
      }
    }
  }

  @Test
  void structuresThatOutlastItDoNotKeepVoxelsFromGrowing() {
    double[] spacing = spacing(new int[] {20, 20, 20}, "seed=1", new int[] {60, 60, 50});
    assertEquals(0.67, spacing[0], 0.02);
    assertArrayEquals(new double[] {spacing[0], spacing[0], spacing[0]}, spacing);
  }

  @Test
  void sheetsAreNotLost() {
    int[][] corners = {{60, 60, 40}, {60, 60, 55}, {60, 60, 71}, {60, 60, 88}};
    assertArrayEquals(HALF, spacing(new int[] {60, 60, 1}, "frameVoxels=400000", corners));
    assertEquals(0.84, spacing(new int[] {60, 60, 14}, "frameVoxels=400000", corners)[0], 0.02);
  }

  @Test
  void aSmallStructureCountsWhereItIsLearntApart() {
    int[] small = {5, 5, 5};
    int[] corner = {60, 60, 50};
    assertTrue(spacing(small, "seed=1", corner)[0] < 0.64);
    assertTrue(spacing(small, "mergeStructures=true", corner)[0] > 0.64);
  }
}
