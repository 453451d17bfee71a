package org.onelabel.pipeline.intensity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.VoxelArray;

class PerScanTest {
  private static final Extent EXTENT = new Extent(12, 10, 14);
  private static final int VOXELS = 12 * 10 * 14;

  private static float[] noise() {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[VOXELS];
    for (int i = 0; i < VOXELS; i++) {
      values[i] = (float) random.nextDouble(100, 300);
    }
    return values;
  }

  private static boolean isInside(int voxel) {
    int x = voxel / 140;
    int y = voxel / 14 % 10;
    int z = voxel % 14;
    return x > 2 && x < 9 && y > 2 && y < 7 && z > 2 && z < 11;
  }

  private static float[] normalised(float[] values) {
    return new PerScan().apply(new VoxelArray(EXTENT, values));
  }

  @Test
  void meanAndDeviationBecomeZeroAndOne() {
    float[] given = noise();
    Moments moments = Moments.of(normalised(given));
    assertEquals(0, moments.mean(), 1e-5);
    assertEquals(1, moments.deviation(), 1e-5);
    assertArrayEquals(noise(), given, "the values given are left as they are");
  }

  @Test
  void scaleAndShiftOfAScannerDoNotMatter() {
    float[] other = noise();
    for (int i = 0; i < VOXELS; i++) {
      other[i] = 12 * other[i] - 500;
    }
    assertArrayEquals(normalised(noise()), normalised(other), 1e-4f);
  }

  @Test
  void fewVoxelsFarOutMoveNoOthers() {
    float[] spoiled = noise();
    spoiled[700] = 1e6f;
    spoiled[701] = -1e6f;
    float[] expected = normalised(noise());
    float[] found = normalised(spoiled);
    for (int i = 0; i < VOXELS; i++) {
      assertEquals(expected[i], found[i], i == 700 || i == 701 ? 4 : 0.03, "voxel " + i);
    }
  }

  /** The background of a scan whose body has no skull, by any value: below all, in the middle. */
  @Test
  void aBackgroundOfOneValueIsTheLowestAndCountsInNoStatistics() {
    float[] zero = noise();
    float[] middle = noise();
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int i = 0; i < VOXELS; i++) {
      zero[i] = isInside(i) ? zero[i] : 0;
      middle[i] = isInside(i) ? middle[i] : 200;
    }
    float[] found = normalised(zero);
    float least = Float.POSITIVE_INFINITY;
    for (int i = 0; i < VOXELS; i++) {
      least = Math.min(least, found[i]);
      if (isInside(i)) {
        sum += found[i];
        squares += found[i] * found[i];
        count++;
      }
    }
    assertEquals(0, sum / count, 1e-5);
    assertEquals(1, squares / count, 1e-4);
    assertEquals(least, found[0]);
    assertArrayEquals(found, normalised(middle));
  }

  @Test
  void aScanOfOneValueIsZero() {
    float[] values = new float[VOXELS];
    Arrays.fill(values, 7);
    assertArrayEquals(new float[VOXELS], normalised(values));
  }

  @Test
  void aScanOfASingleSliceIsNormalisedAsWell() {
    float[] found =
        new PerScan().apply(new VoxelArray(new Extent(4, 1, 1), new float[] {1, 2, 3, 4}));
    Moments moments = Moments.of(found);
    assertEquals(0, moments.mean(), 1e-6);
    assertEquals(1, moments.deviation(), 1e-6);
  }
}
