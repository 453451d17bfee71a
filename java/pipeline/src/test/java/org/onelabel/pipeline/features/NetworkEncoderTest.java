package org.onelabel.pipeline.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.operations.ScriptFile;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

class NetworkEncoderTest {
  private static final Path WEIGHTS = GoldenCase.weightsFile("sam_med3d_window3_small");

  @TempDir private Path folder;

  private static Volume volume(int x, int y, int z) {
    Geometry geometry = Geometry.of(x, y, z, Affine.ofSpacing(1, 1, 1));
    float[] voxels = new float[geometry.voxels()];
    for (int i = 0; i < voxels.length; i++) {
      voxels[i] = (float) Math.sin(0.1 * i);
    }
    return new Volume(geometry, List.of(voxels));
  }

  @Test
  void ofAVolumeThatFitsWindowsAreTheMiddlePatch() {
    try (NetworkEncoder whole = NetworkEncoder.ofSamMed3d(WEIGHTS, true, ComputeDevice.cpu());
        NetworkEncoder centre = NetworkEncoder.ofSamMed3d(WEIGHTS, false, ComputeDevice.cpu())) {
      FeatureGrid a = whole.encode(volume(28, 32, 20));
      FeatureGrid b = centre.encode(volume(28, 32, 20));
      assertArrayEquals(b.rows(), a.rows());
      assertEquals(new Box(-2, 0, -6, new Extent(32, 32, 32)), a.box());
    }
  }

  @Test
  void windowsCoverALargerVolume() {
    try (NetworkEncoder whole = NetworkEncoder.ofSamMed3d(WEIGHTS, true, ComputeDevice.cpu())) {
      FeatureGrid grid = whole.encode(volume(45, 32, 25));
      // 32 + 16 voxels cover 45; cells of 8.
      assertEquals(new Extent(6, 4, 4), grid.size());
      assertEquals(new Box(0, 0, -3, new Extent(48, 32, 32)), grid.box());
      // The first two planes of cells are seen by the first window alone.
      FeatureGrid first = whole.encode(volume(32, 32, 25));
      int planes = 2 * 4 * 4 * grid.dimension();
      assertArrayEquals(
          Arrays.copyOf(first.rows(), planes), Arrays.copyOf(grid.rows(), planes), 1e-5f);
      int next = 3 * 4 * 4 * grid.dimension();
      assertFalse(
          Arrays.equals(
              Arrays.copyOfRange(first.rows(), planes, next),
              Arrays.copyOfRange(grid.rows(), planes, next)),
          "the third plane is blended");
    }
  }

  /**
   * Windows of 8³ voxels, 4³ cells, half a window apart. The second channel is the mean over the
   * window, so that a cell tells which windows it was blended from.
   */
  @Test
  void whatWindowsSeeOfACellIsBlendedWithWeightsThatFallTowardsTheRim() throws IOException {
    Path file = ScriptFile.cellAndPatchMeans(folder.resolve("means.pt"), 2);
    Volume volume = volume(14, 6, 12);
    FeatureGrid grid;
    try (NetworkEncoder encoder =
        NetworkEncoder.ofFile(file, new int[] {8, 8, 8}, true, ComputeDevice.cpu())) {
      grid = encoder.encode(volume);
    }
    // Windows begin at x = 0, 4, 8 and z = 0, 4; y is padded by one voxel on both sides.
    assertEquals(new Extent(8, 4, 6), grid.size());
    assertEquals(new Box(0, -1, 0, new Extent(16, 8, 12)), grid.box());
    assertEquals(2, grid.dimension());
    for (int x = 0; x < 8; x++) {
      for (int y = 0; y < 4; y++) {
        for (int z = 0; z < 6; z++) {
          int row = (x * 4 + y) * 6 + z;
          String cell = "cell " + x + ", " + y + ", " + z;
          assertEquals(
              mean(volume, new int[] {2 * x, 2 * y - 1, 2 * z}, 2),
              grid.rows()[2 * row],
              1e-5,
              cell);
          double sum = 0;
          double weights = 0;
          for (int wx = 0; wx < 3; wx++) {
            for (int wz = 0; wz < 2; wz++) {
              double weight = rim(x - 2 * wx) * rim(z - 2 * wz);
              sum += weight * mean(volume, new int[] {4 * wx, -1, 4 * wz}, 8);
              weights += weight;
            }
          }
          assertEquals(sum / weights, grid.rows()[2 * row + 1], 1e-5, cell);
        }
      }
    }
  }

  /** The weight of a window's cell along one side: 1, 2, 2, 1 in some unit; 0 outside. */
  private static double rim(int i) {
    return i < 0 || i > 3 ? 0 : Math.min(i + 1, 4 - i);
  }

  /** The mean over a cube that may reach beyond the volume, which is 0 there. */
  private static double mean(Volume volume, int[] from, int side) {
    int[] shape = volume.geometry().shape();
    double sum = 0;
    for (int x = Math.max(0, from[0]); x < Math.min(shape[0], from[0] + side); x++) {
      for (int y = Math.max(0, from[1]); y < Math.min(shape[1], from[1] + side); y++) {
        for (int z = Math.max(0, from[2]); z < Math.min(shape[2], from[2] + side); z++) {
          sum += volume.voxels()[(x * shape[1] + y) * shape[2] + z];
        }
      }
    }
    return sum / (side * side * side);
  }
}
