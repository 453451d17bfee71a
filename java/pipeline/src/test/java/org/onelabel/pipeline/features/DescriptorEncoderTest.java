package org.onelabel.pipeline.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.intensity.Intensities;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

class DescriptorEncoderTest {
  private static final int CHANNELS = 24;
  private static final DescriptorEncoder.Weights WEIGHTS =
      new DescriptorEncoder.Weights(1, 1, 1, 12);

  /** Intensity of a place in millimetres: a blob beside a slope. */
  private static float value(double x, double y, double z) {
    double d = Math.pow(x - 20, 2) + Math.pow(y - 26, 2) + Math.pow(z - 22, 2);
    return (float) (3 * Math.exp(-d / 200) + x / 40 + Math.sin(y / 6) + Math.cos(z / 9));
  }

  private static Volume volume(int[] shape, double... spacing) {
    Geometry geometry =
        Geometry.of(
            shape[0], shape[1], shape[2], Affine.ofSpacing(spacing[0], spacing[1], spacing[2]));
    float[] values = new float[geometry.voxels()];
    for (int i = 0; i < values.length; i++) {
      int x = i / (shape[1] * shape[2]);
      int y = i / shape[2] % shape[1];
      int z = i % shape[2];
      values[i] = value((x + 0.5) * spacing[0], (y + 0.5) * spacing[1], (z + 0.5) * spacing[2]);
    }
    return Intensities.perScan(1).normalised(new Volume(geometry, List.of(values)));
  }

  private static FeatureGrid encode(Volume volume, int... stride) {
    try (DescriptorEncoder encoder = new DescriptorEncoder(stride, WEIGHTS)) {
      return encoder.encode(volume);
    }
  }

  @Test
  void everyAxisHasItsOwnStride() {
    FeatureGrid grid = encode(volume(new int[] {23, 20, 9}, 1, 1, 4), 4, 5, 1);
    assertEquals(new Extent(6, 4, 9), grid.size());
    assertEquals(Box.of(new Extent(24, 20, 9)), grid.box());
    assertEquals(CHANNELS, grid.dimension());
    assertEquals(3, grid.positions());
  }

  @Test
  void positionsTellTheMiddleOfACellInHalvesOfTheVolumesSide() {
    int[] shape = {24, 20, 9};
    int[] stride = {4, 5, 1};
    FeatureGrid grid = encode(volume(shape, 1, 1, 4), stride);
    for (int n = 0; n < grid.cells(); n++) {
      int[] cell = {n / (4 * 9), n / 9 % 4, n % 9};
      for (int a = 0; a < 3; a++) {
        double middle = (cell[a] + 0.5) * stride[a] / shape[a];
        assertEquals(12 * (2 * middle - 1), grid.position(n, a), 1e-5);
      }
    }
  }

  /** The same place is described alike whether it was scanned in cubes or in slices. */
  @Test
  void thickerVoxelsAreDescribedAlikeInMillimetres() {
    FeatureGrid cubes = encode(volume(new int[] {48, 48, 48}, 1, 1, 1), 4, 4, 4);
    FeatureGrid slices = encode(volume(new int[] {48, 48, 24}, 1, 1, 2), 4, 4, 2);
    assertEquals(cubes.size(), slices.size());
    double[] correlation = new double[CHANNELS];
    double mean = 0;
    for (int c = 0; c < CHANNELS; c++) {
      double[] sums = new double[5];
      for (int n = 0; n < cubes.cells(); n++) {
        double a = cubes.rows()[n * CHANNELS + c];
        double b = slices.rows()[n * CHANNELS + c];
        sums[0] += a;
        sums[1] += b;
        sums[2] += a * a;
        sums[3] += b * b;
        sums[4] += a * b;
      }
      double count = cubes.cells();
      double covariance = sums[4] / count - sums[0] / count * sums[1] / count;
      double a = sums[2] / count - Math.pow(sums[0] / count, 2);
      double b = sums[3] / count - Math.pow(sums[1] / count, 2);
      correlation[c] = covariance / Math.sqrt(a * b);
      mean += correlation[c] / CHANNELS;
    }
    assertTrue(mean > 0.99, "mean correlation " + mean);
  }

  @Test
  void stridesThatAreNotThreePositiveNumbersAreRefused() {
    for (int[] stride : new int[][] {{}, {2, 2}, {2, 0, 2}, {1, 1, 1, 1}, {-1, 2, 2}}) {
      assertThrows(IllegalArgumentException.class, () -> new DescriptorEncoder(stride, WEIGHTS));
    }
  }
}
