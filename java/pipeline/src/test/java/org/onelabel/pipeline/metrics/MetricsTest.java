package org.onelabel.pipeline.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/** Metrics against an exhaustive search, and where there is nothing to measure. */
class MetricsTest {
  private static final byte IGNORED = (byte) LabelMap.IGNORED;

  private static byte[] random(int[] shape, double share, Random random) {
    byte[] labels = new byte[shape[0] * shape[1] * shape[2]];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (random.nextDouble() < share ? 1 + random.nextInt(2) : 0);
    }
    labels[random.nextInt(labels.length)] = 1;
    return labels;
  }

  private static LabelArray array(byte[] labels, int... shape) {
    return new LabelArray(Extent.of(shape), labels);
  }

  /** The places of the structure's voxels with a face at another class or at the border. */
  private static List<int[]> surface(byte[] labels, int structure, int[] shape) {
    List<int[]> surface = new ArrayList<>();
    for (int x = 0; x < shape[0]; x++) {
      for (int y = 0; y < shape[1]; y++) {
        for (int z = 0; z < shape[2]; z++) {
          if (is(labels, structure, shape, x, y, z)
              && !(is(labels, structure, shape, x - 1, y, z)
                  && is(labels, structure, shape, x + 1, y, z)
                  && is(labels, structure, shape, x, y - 1, z)
                  && is(labels, structure, shape, x, y + 1, z)
                  && is(labels, structure, shape, x, y, z - 1)
                  && is(labels, structure, shape, x, y, z + 1))) {
            surface.add(new int[] {x, y, z});
          }
        }
      }
    }
    return surface;
  }

  private static boolean is(byte[] labels, int structure, int[] shape, int x, int y, int z) {
    return x >= 0
        && y >= 0
        && z >= 0
        && x < shape[0]
        && y < shape[1]
        && z < shape[2]
        && labels[(x * shape[1] + y) * shape[2] + z] == structure;
  }

  /** From every voxel of one surface to the nearest of the other. */
  private static List<Double> distances(List<int[]> from, List<int[]> to, double[] spacing) {
    List<Double> distances = new ArrayList<>();
    for (int[] a : from) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int[] b : to) {
        double square = 0;
        for (int i = 0; i < 3; i++) {
          square += Math.pow((a[i] - b[i]) * spacing[i], 2);
        }
        nearest = Math.min(nearest, Math.sqrt(square));
      }
      distances.add(nearest);
    }
    return distances;
  }

  /** Linear between neighbours in order, as numpy's default. */
  private static double percentile95(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    double place = 0.95 * (sorted.size() - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.size() - 1);
    return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(d -> d).average().orElseThrow();
  }

  @Test
  void everyMetricIsThatOfAnExhaustiveSearch() {
    Random random = new Random(5);
    int apart = 0;
    for (int round = 0; round < 40; round++) {
      int[] shape = {2 + random.nextInt(5), 1 + random.nextInt(6), 2 + random.nextInt(4)};
      double[] spacing = {0.3 + random.nextDouble(), 1 + random.nextDouble(), 5};
      byte[] prediction = random(shape, 0.1 + 0.8 * random.nextDouble(), random);
      byte[] truth = random(shape, 0.1 + 0.8 * random.nextDouble(), random);
      double both = 0;
      double sizes = 0;
      for (int i = 0; i < truth.length; i++) {
        both += prediction[i] == 1 && truth[i] == 1 ? 1 : 0;
        sizes += (prediction[i] == 1 ? 1 : 0) + (truth[i] == 1 ? 1 : 0);
      }
      List<int[]> a = surface(prediction, 1, shape);
      List<int[]> b = surface(truth, 1, shape);
      List<Double> there = distances(a, b, spacing);
      List<Double> back = distances(b, a, spacing);
      List<Double> all = new ArrayList<>(there);
      all.addAll(back);
      double pooled = percentile95(all);
      double max = Math.max(percentile95(there), percentile95(back));
      Metrics m = Metrics.of(array(prediction, shape), array(truth, shape), 1, spacing);
      assertEquals(2 * both / sizes, m.dice(), 1e-12);
      assertEquals(both / (sizes - both), m.jaccard(), 1e-12);
      assertEquals(pooled, m.hd95(), 1e-9);
      assertEquals(mean(there), m.asd(), 1e-9);
      assertEquals((mean(there) + mean(back)) / 2, m.assd(), 1e-9);
      assertEquals(
          max,
          Metrics.of(array(prediction, shape), array(truth, shape), 1, spacing, Hd95.MAX).hd95(),
          1e-9);
      assertEquals(
          m,
          Metrics.of(array(prediction, shape), array(truth, shape), 1, spacing, Hd95.POOLED),
          "pooled by default");
      apart += max > pooled + 1e-6 ? 1 : 0;
    }
    assertTrue(apart > 5, "the two definitions differ in " + apart + " of 40");
  }

  @Test
  void aStructureThatNeitherHasHasNoValue() {
    byte[] labels = {0, 1, 1, 0};
    Metrics m =
        Metrics.of(array(labels, 4, 1, 1), array(labels, 4, 1, 1), 2, new double[] {1, 1, 1});
    double nan = Double.NaN;
    assertEquals(new Metrics(nan, nan, nan, nan, nan), m);
    assertEquals(List.of(1.0, nan), Metrics.dices(labels, labels, 3));
  }

  @Test
  void aMissedOrInventedStructureIsWorseThanAnyThatIsFoundOnAScanOfAnySize() {
    int[] shape = {300, 2, 2};
    double[] spacing = {3, 1, 1};
    byte[] truth = new byte[1200];
    truth[0] = 1;
    byte[] farthest = new byte[1200];
    farthest[1199] = 1;
    Metrics found = Metrics.of(array(farthest, shape), array(truth, shape), 1, spacing);
    double worst = Math.sqrt(900 * 900 + 2 * 2 + 2 * 2);
    assertTrue(found.hd95() > 800 && found.hd95() < worst, "found " + found);
    for (Metrics m :
        List.of(
            Metrics.of(array(new byte[1200], shape), array(truth, shape), 1, spacing),
            Metrics.of(array(truth, shape), array(new byte[1200], shape), 1, spacing, Hd95.MAX))) {
      assertEquals(new Metrics(0, 0, worst, worst, worst), m);
    }
  }

  @Test
  void voxelsThatNobodyLookedAtAreLeftOut() {
    int[] shape = {7, 1, 1};
    double[] spacing = {2, 1, 1};
    byte[] truth = {0, 1, 1, 0, IGNORED, IGNORED, IGNORED};
    byte[] prediction = {0, 1, 1, 0, 1, 2, IGNORED};
    assertEquals(
        new Metrics(1, 1, 0, 0, 0),
        Metrics.of(array(prediction, shape), array(truth, shape), 1, spacing));
    assertTrue(
        Double.isNaN(Metrics.of(array(prediction, shape), array(truth, shape), 2, spacing).dice()));
    // What the prediction says of an ignored voxel changes nothing.
    byte[] other = {0, 1, 1, 0, 0, 0, 1};
    byte[] shorter = {0, 0, 1, 0, 1, 1, 1};
    assertEquals(1, Metrics.dice(other, truth, 1));
    assertEquals(2.0 / 3, Metrics.dice(shorter, truth, 1), 1e-12);
    // One of two voxels of the truth is 2 mm off.
    assertEquals(
        1.9,
        Metrics.of(array(shorter, shape), array(truth, shape), 1, spacing, Hd95.MAX).hd95(),
        1e-9);
  }

  @Test
  void aClassThatSaysNobodyLookedIsNoStructure() {
    byte[] labels = {IGNORED, 0};
    assertThrows(
        IllegalArgumentException.class, () -> Metrics.dice(labels, labels, LabelMap.IGNORED));
    assertEquals(1, Metrics.dice(new byte[] {(byte) 254}, new byte[] {(byte) 254}, 254));
  }
}
