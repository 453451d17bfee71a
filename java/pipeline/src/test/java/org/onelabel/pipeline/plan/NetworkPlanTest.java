package org.onelabel.pipeline.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.networks.model.UnetLayout;

class NetworkPlanTest {
  /** Of the preset quick. */
  private static final long VOXELS = 200_000;

  private static final long OPERATIONS = 400_000_000;

  private static NetworkPlan plan(int[] extent, double... spacing) {
    return NetworkPlan.of(extent, spacing, VOXELS, OPERATIONS);
  }

  private static long product(int[] sides) {
    return (long) sides[0] * sides[1] * sides[2];
  }

  @ParameterizedTest
  @CsvSource({"96, 72, 44, 64, 64, 48, 8", "35, 51, 35, 32, 48, 32, 16"})
  void cubicVoxelsGiveThePublishedLayout(int x, int y, int z, int px, int py, int pz, int width) {
    NetworkPlan plan = plan(new int[] {x, y, z}, 1, 1, 1);
    assertEquals(UnetLayout.PUBLISHED, plan.layout());
    assertArrayEquals(new int[] {px, py, pz}, plan.patch());
    assertEquals(width, plan.width());
  }

  @Test
  void thickSlicesAreConvolvedAndPooledOnceTheOtherVoxelsAreAsLarge() {
    NetworkPlan plan = plan(new int[] {126, 120, 9}, 1.5, 1.5, 10);
    assertArrayEquals(new int[] {128, 128, 8}, plan.patch());
    assertEquals("3x3x1 2x2x1 3x3x1 2x2x1 3x3x3 2x2x2 3x3x3 2x2x2 3x3x3", plan.layout().toString());
    assertEquals(16, plan.width());
  }

  @Test
  void theThickAxisMayBeAnyOne() {
    NetworkPlan plan = plan(new int[] {9, 120, 126}, 10, 1.5, 1.5);
    assertArrayEquals(new int[] {8, 128, 128}, plan.patch());
    assertEquals("1x3x3 1x2x2 1x3x3 1x2x2 3x3x3 2x2x2 3x3x3 2x2x2 3x3x3", plan.layout().toString());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 1", "3, 0.5"})
  void aFewThinSlicesDoNotKeepTheOtherAxesFromBeingHalved(int slices, double thickness) {
    UnetLayout layout = plan(new int[] {200, 180, slices}, 1, 1, thickness).layout();
    assertEquals(NetworkPlan.MOST_LEVELS, layout.levels());
    for (List<Integer> pooling : layout.poolings()) {
      assertEquals(List.of(2, 2, 1), pooling);
    }
  }

  @Test
  void thePatchCoversWhatItIsToCoverWhereItsCostAllows() {
    NetworkPlan plan = plan(new int[] {38, 43, 19}, 0.78, 0.78, 1.25);
    assertArrayEquals(new int[] {48, 48, 24}, plan.patch());
    assertEquals(16, plan.width());
    NetworkPlan dear =
        NetworkPlan.of(
            new int[] {38, 43, 19}, new double[] {0.78, 0.78, 1.25}, VOXELS, 300_000_000);
    assertArrayEquals(new int[] {48, 48, 16}, dear.patch());
    assertEquals(16, dear.width());
    NetworkPlan small =
        NetworkPlan.of(new int[] {38, 43, 19}, new double[] {0.78, 0.78, 1.25}, 40_000, OPERATIONS);
    assertArrayEquals(new int[] {48, 48, 16}, small.patch());
  }

  @Test
  void oneSliceIsAFlatPatch() {
    NetworkPlan plan = plan(new int[] {200, 180, 1}, 1, 1, 5);
    assertEquals(1, plan.patch()[2]);
    assertTrue(plan.layout().poolings().stream().allMatch(sides -> sides.get(2) == 1));
    assertEquals(5, plan.layout().levels());
  }

  @Test
  void aTinyScanIsPaddedToTwoLevels() {
    NetworkPlan plan = plan(new int[] {3, 3, 3}, 1, 1, 1);
    assertEquals(2, plan.layout().levels());
    assertArrayEquals(new int[] {4, 4, 4}, plan.patch());
    assertEquals(2, plan(new int[] {1, 1, 1}, 1, 1, 1).layout().levels());
  }

  @Test
  void aHugeScanKeepsToTheBudgetAndCoversAllAxesAlike() {
    NetworkPlan plan = plan(new int[] {1024, 1024, 900}, 0.5, 0.5, 0.5);
    assertTrue(product(plan.patch()) <= VOXELS, Arrays.toString(plan.patch()));
    assertTrue(product(plan.patch()) > VOXELS / 2, Arrays.toString(plan.patch()));
    int longest = Arrays.stream(plan.patch()).max().orElseThrow();
    int shortest = Arrays.stream(plan.patch()).min().orElseThrow();
    assertTrue(longest - shortest <= 16, Arrays.toString(plan.patch()));
  }

  @Test
  void theBudgetHoldsWhereASliceIsThickerThanThePatchIsWide() {
    NetworkPlan plan = plan(new int[] {2000, 2000, 1}, 0.1, 0.1, 100);
    assertTrue(product(plan.patch()) <= VOXELS, Arrays.toString(plan.patch()));
  }

  @Test
  void aGivenLayoutIsKeptAndThePatchFitsIt() {
    UnetLayout flat = UnetLayout.parse("3x3x1 2x2x1 3x3x3");
    assertArrayEquals(
        new int[] {50, 42, 7},
        NetworkPlan.patch(new int[] {50, 41, 7}, new double[] {1, 1, 4}, VOXELS, flat));
    int[] small = NetworkPlan.patch(new int[] {500, 410, 70}, new double[] {1, 1, 4}, 5000, flat);
    assertTrue(product(small) <= 5000, Arrays.toString(small));
  }

  @Test
  void moreOperationsAllowMoreWidthUpToNnUnets() {
    int[] extent = {64, 64, 64};
    double[] spacing = {1, 1, 1};
    int before = 0;
    for (long operations : new long[] {1, 500_000_000, 2_000_000_000, 5_000_000_000L, 1L << 60}) {
      NetworkPlan plan = NetworkPlan.of(extent, spacing, VOXELS << 1, operations);
      long most = product(plan.patch()) * 27 * plan.width() * plan.width();
      assertTrue(most <= operations || plan.width() == 8, plan.width() + " for " + operations);
      assertTrue(plan.width() >= before && plan.width() <= 32 && plan.width() % 8 == 0);
      before = plan.width();
    }
    assertEquals(32, before);
  }

  @Test
  void anyScanGetsAPlanThatFitsItself() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 0; n < 20000; n++) {
      int[] extent = new int[3];
      double[] spacing = new double[3];
      for (int a = 0; a < 3; a++) {
        extent[a] = (int) Math.exp(random.nextDouble(0, Math.log(1200)));
        spacing[a] = Math.exp(random.nextDouble(Math.log(0.05), Math.log(40)));
      }
      long voxels = random.nextInt(4096, 1_000_000);
      String what = Arrays.toString(extent) + " of " + Arrays.toString(spacing) + " in " + voxels;
      NetworkPlan plan = NetworkPlan.of(extent, spacing, voxels, OPERATIONS);
      UnetLayout layout = plan.layout();
      assertTrue(layout.levels() >= 2 && layout.levels() <= 5, what);
      int[] multiple = layout.multiple();
      boolean least = true;
      for (int a = 0; a < 3; a++) {
        assertTrue(plan.patch()[a] > 0 && plan.patch()[a] % multiple[a] == 0, what);
        assertTrue(plan.patch()[a] < extent[a] + multiple[a], what);
        least &= plan.patch()[a] == multiple[a];
      }
      assertTrue(least || product(plan.patch()) <= voxels, what + Arrays.toString(plan.patch()));
      assertKernelsGrow(layout, what);
      assertTrue(plan.width() >= 8 && plan.width() <= 32, what);
    }
  }

  /** An axis that was convolved stays so, and one is convolved at the finest level already. */
  private static void assertKernelsGrow(UnetLayout layout, String what) {
    List<Integer> before = List.of(1, 1, 1);
    for (List<Integer> kernel : layout.kernels()) {
      for (int a = 0; a < 3; a++) {
        assertTrue(kernel.get(a) >= before.get(a), what);
      }
      before = kernel;
    }
    assertTrue(layout.kernels().getFirst().contains(3), what);
    for (int level = 0; level < layout.levels() - 1; level++) {
      for (int a = 0; a < 3; a++) {
        boolean pooled = layout.poolings().get(level).get(a) == 2;
        assertTrue(!pooled || layout.kernels().get(level).get(a) == 3, what);
      }
    }
  }
}
