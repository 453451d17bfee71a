package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.GoldenCase;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.Volume;

class NetworkEncoderTest {
  private static final Path WEIGHTS = GoldenCase.path("sam_med3d_window14.weights.safetensors");

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
    GoldenCase.require(WEIGHTS);
    try (NetworkEncoder whole = NetworkEncoder.ofSamMed3d(WEIGHTS, true);
        NetworkEncoder centre = NetworkEncoder.ofSamMed3d(WEIGHTS, false)) {
      FeatureGrid a = whole.encode(volume(60, 64, 40));
      FeatureGrid b = centre.encode(volume(60, 64, 40));
      assertArrayEquals(b.rows(), a.rows());
      assertArrayEquals(new int[] {-2, 0, -12}, a.start());
    }
  }

  @Test
  void windowsCoverALargerVolumeAndBlend() {
    GoldenCase.require(WEIGHTS);
    try (NetworkEncoder whole = NetworkEncoder.ofSamMed3d(WEIGHTS, true)) {
      FeatureGrid grid = whole.encode(volume(90, 64, 50));
      // 64 + 32 voxels cover 90; cells of 16.
      assertArrayEquals(new int[] {6, 4, 4}, grid.size());
      assertArrayEquals(new int[] {96, 64, 64}, grid.extent());
      assertArrayEquals(new int[] {0, 0, -7}, grid.start());
      for (float value : grid.rows()) {
        assertTrue(Float.isFinite(value));
      }
      // The first plane of cells is seen by the first window alone.
      FeatureGrid first = whole.encode(volume(64, 64, 50));
      assertEquals(first.dimension(), grid.dimension());
    }
  }
}
