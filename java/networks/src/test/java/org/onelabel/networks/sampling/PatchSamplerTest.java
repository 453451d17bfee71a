package org.onelabel.networks.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.volumes.LabelMap;

class PatchSamplerTest {
  @Test
  void paddingIsOutside() {
    int[] shape = {5, 16, 9};
    float[] image = new float[5 * 16 * 9];
    Arrays.fill(image, 1);
    Scan scan = new Scan(List.of(image), shape, null, null);
    PatchSampler sampler =
        new PatchSampler(new int[] {16, 16, 16}, new Sampling(Augmentation.NONE), false);
    Patch patch = sampler.sample(scan, new SplittableRandom(1));
    int inside = 0;
    for (int i = 0; i < patch.inside().length; i++) {
      assertEquals(patch.image()[i] == 1, patch.inside()[i]);
      inside += patch.inside()[i] ? 1 : 0;
    }
    assertTrue(inside > 0 && inside < patch.inside().length, inside + " voxels");
  }

  private static Scan noise(int[] shape) {
    SplittableRandom random = new SplittableRandom(4);
    float[] image = new float[shape[0] * shape[1] * shape[2]];
    byte[] label = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextDouble(-2, 2);
      label[i] = (byte) random.nextInt(3);
    }
    return new Scan(List.of(image), shape, label, null);
  }

  /** Checksums of what is drawn: where they change, every trained model does. */
  @ParameterizedTest
  @CsvSource({"NONE, 2975553524", "PUBLISHED, 1582973600", "ANATOMICAL, 1607534637"})
  void patchesOfCubicVoxelsAreDrawnAsBefore(Augmentation augmentation, long expected) {
    PatchSampler sampler =
        new PatchSampler(
            new int[] {16, 12, 16},
            new Sampling(augmentation, 0.33, 0, new double[] {2, 2, 2}),
            true);
    SplittableRandom random = new SplittableRandom(5);
    CRC32 checksum = new CRC32();
    for (int[] shape : new int[][] {{20, 22, 18}, {9, 30, 14}, {16, 12, 16}}) {
      Scan scan = noise(shape);
      for (int n = 0; n < 20; n++) {
        Patch patch = sampler.sample(scan, random);
        for (float value : patch.image()) {
          checksum.update((int) Math.rint(value * 100));
        }
        checksum.update(patch.label());
      }
    }
    assertEquals(expected, checksum.getValue());
  }

  private static Scan withVoxels(int[] shape, int... voxels) {
    byte[] label = new byte[shape[0] * shape[1] * shape[2]];
    for (int voxel : voxels) {
      label[voxel] = 1;
    }
    return new Scan(List.of(new float[label.length]), shape, label, null);
  }

  @Test
  void aStructureOfThreeVoxelsInALargeScanIsFound() {
    int[] shape = {160, 160, 160};
    int[] voxels = {5, 2_000_123, 4_095_999};
    Scan scan = withVoxels(shape, voxels);
    SplittableRandom random = new SplittableRandom(6);
    Set<Integer> found = new TreeSet<>();
    for (int n = 0; n < 25; n++) {
      int[] at = PatchSampler.foregroundVoxel(scan, random);
      int voxel = (at[0] * shape[1] + at[1]) * shape[2] + at[2];
      assertEquals(1, scan.label()[voxel]);
      found.add(voxel);
    }
    assertEquals(3, found.size(), "each of its voxels is drawn now and then: " + found);
  }

  @Test
  void aStructureLiesAsFarAsideInItsPatchesAsIsAskedFor() {
    int[] shape = {90, 90, 90};
    PatchSampler sampler =
        new PatchSampler(
            new int[] {32, 32, 32},
            new Sampling(Augmentation.ANATOMICAL, 1, 0.25, new double[] {1, 1, 1}),
            false);
    Scan scan =
        withVoxels(shape, IntStream.range(0, 27).map(PatchSamplerTest::inTheMiddle).toArray());
    SplittableRandom random = new SplittableRandom(3);
    double[] lowest = {32, 32, 32};
    double[] highest = new double[3];
    for (int n = 0; n < 100; n++) {
      byte[] label = sampler.sampleShape(scan, random).label();
      for (int i = 0; i < label.length; i++) {
        for (int a = 0; a < 3 && label[i] == 1; a++) {
          int at = i / (a == 0 ? 1024 : a == 1 ? 32 : 1) % 32;
          lowest[a] = Math.min(lowest[a], at);
          highest[a] = Math.max(highest[a], at);
        }
      }
    }
    for (int a = 0; a < 3; a++) {
      assertTrue(lowest[a] >= 2 && lowest[a] < 11, "from " + lowest[a]);
      assertTrue(highest[a] > 20 && highest[a] < 30, "to " + highest[a]);
    }
  }

  /** Voxels of a cube of three in the middle of a scan of 90. */
  private static int inTheMiddle(int n) {
    return ((44 + n / 9) * 90 + 44 + n / 3 % 3) * 90 + 44 + n % 3;
  }

  @Test
  void aShareOfOneDrawsEveryPatchAroundTheStructure() {
    int[] shape = {60, 60, 60};
    int[] cube =
        IntStream.range(0, 27)
            .map(n -> ((29 + n / 9) * 60 + 30 + n / 3 % 3) * 60 + 28 + n % 3)
            .toArray();
    Scan scan = withVoxels(shape, cube);
    PatchSampler sampler =
        new PatchSampler(
            new int[] {16, 16, 16},
            new Sampling(Augmentation.ANATOMICAL, 1, 0, new double[] {1, 1, 1}),
            false);
    PatchSampler never =
        new PatchSampler(
            new int[] {16, 16, 16},
            new Sampling(Augmentation.ANATOMICAL, 0, 0, new double[] {1, 1, 1}),
            false);
    assertEquals(50, withStructure(sampler, scan));
    assertTrue(withStructure(never, scan) < 10);
  }

  private static int withStructure(PatchSampler sampler, Scan scan) {
    SplittableRandom random = new SplittableRandom(7);
    int with = 0;
    for (int n = 0; n < 50; n++) {
      byte[] label = sampler.sampleShape(scan, random).label();
      boolean found = false;
      for (byte value : label) {
        found |= value == 1;
      }
      with += found ? 1 : 0;
    }
    return with;
  }

  /** Each slice has its number as its label, so that a patch tells which slices it saw. */
  @ParameterizedTest
  @CsvSource({"0, 8, 1.5, 1.5", "1, 1.5, 8, 1.5", "2, 1.5, 1.5, 8"})
  void patchesOfThickSlicesStayInTheirSlices(int across, double x, double y, double z) {
    int[] shape = {80, 80, 80};
    int[] patch = {48, 48, 48};
    shape[across] = 40;
    patch[across] = 8;
    byte[] slices = new byte[shape[0] * shape[1] * shape[2]];
    int inner = across == 2 ? 1 : across == 1 ? shape[2] : shape[1] * shape[2];
    for (int i = 0; i < slices.length; i++) {
      slices[i] = (byte) (i / inner % 40 + 1);
    }
    Scan scan = new Scan(List.of(new float[slices.length]), shape, slices, null);
    PatchSampler sampler =
        new PatchSampler(
            patch, new Sampling(Augmentation.ANATOMICAL, 0, 0, new double[] {x, y, z}), false);
    SplittableRandom random = new SplittableRandom(8);
    int patchInner = across == 2 ? 1 : across == 1 ? patch[2] : patch[1] * patch[2];
    for (int n = 0; n < 12; n++) {
      Patch drawn = sampler.sampleShape(scan, random);
      int[] lowest = new int[8];
      int[] highest = new int[8];
      Arrays.fill(lowest, 99);
      for (int i = 0; i < drawn.label().length; i++) {
        int slice = i / patchInner % 8;
        if (drawn.label()[i] > 0) {
          lowest[slice] = Math.min(lowest[slice], drawn.label()[i]);
          highest[slice] = Math.max(highest[slice], drawn.label()[i]);
        }
      }
      for (int slice = 0; slice < 8; slice++) {
        assertTrue(
            highest[slice] - lowest[slice] <= 3,
            "slice %d sees from %d to %d".formatted(slice, lowest[slice], highest[slice]));
      }
    }
  }

  @Test
  void fewThickSlicesAreNotPaddedByAsManyAgain() {
    int[] shape = {40, 40, 8};
    float[] image = new float[40 * 40 * 8];
    Arrays.fill(image, 1);
    Scan scan = new Scan(List.of(image), shape, null, null);
    for (int beyond : new int[] {0, 3}) {
      double thickness = beyond == 0 ? 10 : 1;
      PatchSampler sampler =
          new PatchSampler(
              new int[] {16, 16, 8},
              new Sampling(Augmentation.NONE, 0, 0, new double[] {1, 1, thickness}),
              false);
      SplittableRandom random = new SplittableRandom(9);
      int most = 0;
      for (int n = 0; n < 40; n++) {
        int outside = 0;
        Patch drawn = sampler.sampleShape(scan, random);
        for (boolean inside : drawn.inside()) {
          outside += inside ? 0 : 1;
        }
        most = Math.max(most, outside / (16 * 16));
      }
      assertEquals(beyond, most, "slices outside at most");
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5", "3, 1"})
  void patchesOfAFewSlicesLieInThem(int slices, double thickness) {
    int[] shape = {80, 80, slices};
    Scan scan = new Scan(List.of(new float[6400 * slices]), shape, new byte[6400 * slices], null);
    int[] patch = {48, 48, slices};
    Sampling sampling = new Sampling(Augmentation.ANATOMICAL, 0, 0, new double[] {1, 1, thickness});
    PatchSampler sampler = new PatchSampler(patch, sampling, false);
    SplittableRandom random = new SplittableRandom(3);
    int inside = 0;
    for (int n = 0; n < 50; n++) {
      for (boolean in : sampler.sampleShape(scan, random).inside()) {
        inside += in ? 1 : 0;
      }
    }
    double share = inside / (50.0 * 48 * 48 * slices);
    assertTrue(share > (slices == 1 ? 0.95 : 0.6), () -> share + " inside");
  }

  @Test
  void aScanOfWhichNothingIsKnownTeachesNothingAtItsRimEither() {
    byte[] unknown = new byte[20 * 20 * 20];
    Arrays.fill(unknown, (byte) 255);
    int[] shape = {20, 20, 20};
    Scan scan = new Scan(List.of(new float[8000]), shape, unknown, null);
    PatchSampler sampler =
        new PatchSampler(new int[] {32, 32, 32}, new Sampling(Augmentation.ANATOMICAL), false);
    for (float weight : sampler.sampleShape(scan, new SplittableRandom(5)).weight()) {
      assertEquals(0, weight);
    }
  }

  @Test
  void patchesAreCentredOnAnyClassButIgnoredVoxels() {
    byte[] label = new byte[20 * 20 * 20];
    Arrays.fill(label, 0, 3000, (byte) LabelMap.IGNORED);
    Arrays.fill(label, 6000, 8000, (byte) 200);
    Scan scan = new Scan(List.of(new float[8000]), new int[] {20, 20, 20}, label, null);
    SplittableRandom random = new SplittableRandom(1);
    int found = 0;
    for (int n = 0; n < 2000; n++) {
      int[] voxel = PatchSampler.foregroundVoxel(scan, random);
      if (voxel != null) {
        assertEquals(200, label[(voxel[0] * 20 + voxel[1]) * 20 + voxel[2]] & 255);
        found++;
      }
    }
    // One of two hundred classes is asked for as often as any other.
    assertTrue(found > 2, found + " voxels");
    PatchSampler sampler =
        new PatchSampler(new int[] {16, 16, 16}, new Sampling(Augmentation.ANATOMICAL), false);
    for (int n = 0; n < 20; n++) {
      Patch patch = sampler.sample(scan, random);
      for (int i = 0; i < patch.label().length; i++) {
        assertEquals(patch.label()[i] == (byte) LabelMap.IGNORED ? 0 : 1, patch.weight()[i]);
      }
    }
  }
}
