package org.onelabel.pipeline.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.onelabel.networks.model.UnetLayout;

/**
 * Patch, levels and width of a U-Net as they follow from the data, by nnU-Net's rules (Isensee et
 * al., Nature Methods 2021) and a budget for a step.
 *
 * @param patch sides in working voxels
 * @param width features of the finest level
 */
record NetworkPlan(int[] patch, UnetLayout layout, int width) {
  /** As many as the published network has. */
  static final int MOST_LEVELS = 5;

  /** An axis is halved while so many voxels remain; the published network goes as far. */
  static final int LEAST_SIDE = 2;

  /**
   * An axis takes part where its voxels are less than so many times the finest that can be halved:
   * nnU-Net's rule.
   */
  private static final double ALIKE = 2;

  static final int WIDTH_STEP = 8;

  private static final int PUBLISHED_WIDTH = 16;

  /** nnU-Net's. */
  static final int MOST_WIDTH = 2 * PUBLISHED_WIDTH;

  /**
   * A plan.
   *
   * @param extent what a patch is to cover, working voxels
   * @param spacing voxel sides, millimetres
   * @param voxels of a patch at most
   * @param operations of a patch in the finest level's second convolution at most
   */
  static NetworkPlan of(int[] extent, double[] spacing, long voxels, long operations) {
    Fit fit = fit(extent, spacing, voxels, covered -> layout(covered, spacing));
    int[] patch = lengthened(fit, extent, voxels, operations);
    return new NetworkPlan(patch, fit.layout, width(patch, fit.layout, operations));
  }

  /**
   * The patch with one multiple more along the axes where it does not cover {@code extent}, that of
   * which it covers least first, as far as the limits allow with the published width.
   */
  private static int[] lengthened(Fit fit, int[] extent, long voxels, long operations) {
    long products = operations / PUBLISHED_WIDTH / PUBLISHED_WIDTH;
    long most = Math.min(voxels, products / kernel(fit.layout));
    int[] multiple = fit.layout.multiple();
    int[] patch = fit.patch.clone();
    IntStream.range(0, 3)
        .filter(a -> patch[a] < extent[a])
        .boxed()
        .sorted(Comparator.comparingDouble(a -> patch[a] / (double) extent[a]))
        .forEach(
            a -> {
              long longer = product(patch) / patch[a] * (patch[a] + multiple[a]);
              if (longer <= most) {
                patch[a] += multiple[a];
              }
            });
    return patch;
  }

  /** Voxels of a kernel of the finest level. */
  private static int kernel(UnetLayout layout) {
    return layout.kernels().getFirst().stream().reduce(1, (a, b) -> a * b);
  }

  /** The patch for a given layout. */
  static int[] patch(int[] extent, double[] spacing, long voxels, UnetLayout layout) {
    return fit(extent, spacing, voxels, _ -> layout).patch;
  }

  /** A patch and the layout that it suits. */
  private record Fit(int[] patch, UnetLayout layout) {}

  /**
   * The patch close to {@code extent}, shortened until it has at most so many voxels.
   *
   * @param layouts the layout for what is covered
   */
  private static Fit fit(
      int[] extent, double[] spacing, long voxels, Function<int[], UnetLayout> layouts) {
    int[] covered = extent.clone();
    while (true) {
      UnetLayout layout = layouts.apply(covered);
      int[] patch = nearest(covered, layout);
      if (product(patch) <= voxels || !shrink(covered, patch, layout, spacing)) {
        return new Fit(patch, layout);
      }
    }
  }

  /** Multiples of what the layout needs, close to what is to be covered. */
  static int[] nearest(int[] covered, UnetLayout layout) {
    int[] multiple = layout.multiple();
    int[] patch = new int[3];
    for (int a = 0; a < 3; a++) {
      int times = (covered[a] + multiple[a] / 2) / multiple[a];
      patch[a] = Math.max(1, times) * multiple[a];
    }
    return patch;
  }

  /** Takes a step from the longest side in millimetres that has one to give; false without one. */
  private static boolean shrink(int[] covered, int[] patch, UnetLayout layout, double[] spacing) {
    int[] step = layout.multiple();
    int longest = -1;
    for (int a = 0; a < 3; a++) {
      boolean gives = patch[a] > step[a];
      if (gives && (longest < 0 || patch[a] * spacing[a] > patch[longest] * spacing[longest])) {
        longest = a;
      }
    }
    if (longest < 0) {
      return false;
    }
    covered[longest] = patch[longest] - step[longest];
    return true;
  }

  /** How many voxels a box of these sides has. */
  static long product(int[] sides) {
    return (long) sides[0] * sides[1] * sides[2];
  }

  /** The levels for a patch of about this size. */
  static UnetLayout layout(int[] size, double[] spacing) {
    int[] left = size.clone();
    double[] sides = spacing.clone();
    boolean[] convolved = new boolean[3];
    List<List<Integer>> kernels = new ArrayList<>();
    List<List<Integer>> poolings = new ArrayList<>();
    while (true) {
      double finest = finest(sides, left);
      List<Integer> kernel = new ArrayList<>();
      List<Integer> pooling = new ArrayList<>();
      for (int a = 0; a < 3; a++) {
        convolved[a] |= sides[a] < ALIKE * finest;
        kernel.add(convolved[a] ? 3 : 1);
        pooling.add(sides[a] < ALIKE * finest && left[a] >= 2 * LEAST_SIDE ? 2 : 1);
      }
      kernels.add(kernel);
      boolean last = kernels.size() == MOST_LEVELS || !pooling.contains(2);
      if (last && kernels.size() > 1) {
        return new UnetLayout(kernels, poolings);
      }
      // Two levels at least: the smallest scan is padded.
      if (!pooling.contains(2)) {
        pooling = kernel.stream().map(k -> k == 3 ? 2 : 1).toList();
      }
      poolings.add(pooling);
      for (int a = 0; a < 3; a++) {
        left[a] /= pooling.get(a);
        sides[a] *= pooling.get(a);
      }
    }
  }

  /** The finest side along an axis that can be halved; of all where none can. */
  private static double finest(double[] sides, int[] left) {
    return IntStream.range(0, 3)
        .filter(a -> left[a] >= 2 * LEAST_SIDE)
        .mapToDouble(a -> sides[a])
        .min()
        .orElse(Arrays.stream(sides).min().orElseThrow());
  }

  /** The widest that a step has time for. */
  private static int width(int[] patch, UnetLayout layout, long operations) {
    long each = product(patch) * kernel(layout);
    int width = WIDTH_STEP;
    while (width < MOST_WIDTH && each * (width + WIDTH_STEP) * (width + WIDTH_STEP) <= operations) {
      width += WIDTH_STEP;
    }
    return width;
  }
}
