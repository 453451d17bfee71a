package org.onelabel.networks.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The levels of a U-Net, planned per axis as nnU-Net does (Isensee et al., Nature Methods 2021): an
 * axis of thick slices is convolved and pooled only where its spacing has become like that of the
 * others.
 *
 * @param kernels sides of a level's convolutions along x, y, z, the finest level first; each 1 or
 *     3, for {@value #FEWEST} to {@value #MOST} levels
 * @param poolings by what factor x, y, z shrink from one level to the next; each 1 or 2, one fewer
 *     than there are levels
 */
public record UnetLayout(List<List<Integer>> kernels, List<List<Integer>> poolings) {
  private static final int FEWEST = 2;
  private static final int MOST = 7;

  /** Five levels, 3³ convolutions, 2³ poolings: the published {@code unet_3D}. */
  public static final UnetLayout PUBLISHED =
      new UnetLayout(
          Collections.nCopies(5, List.of(3, 3, 3)), Collections.nCopies(4, List.of(2, 2, 2)));

  public UnetLayout {
    kernels = kernels.stream().map(List::copyOf).toList();
    poolings = poolings.stream().map(List::copyOf).toList();
    if (kernels.size() < FEWEST || kernels.size() > MOST) {
      throw new IllegalArgumentException(
          "a U-Net has %d to %d levels, not %d".formatted(FEWEST, MOST, kernels.size()));
    }
    if (poolings.size() != kernels.size() - 1) {
      throw new IllegalArgumentException(
          "a U-Net of %d levels has %d poolings, not %d"
              .formatted(kernels.size(), kernels.size() - 1, poolings.size()));
    }
    requireSides("convolutions", kernels, List.of(1, 3));
    requireSides("poolings", poolings, List.of(1, 2));
  }

  private static void requireSides(String what, List<List<Integer>> all, List<Integer> known) {
    for (List<Integer> sides : all) {
      if (sides.size() != 3 || !known.containsAll(sides)) {
        throw new IllegalArgumentException(
            "a U-Net's %s have three sides of %d or %d, not %s"
                .formatted(what, known.get(0), known.get(1), sides));
      }
    }
  }

  /** A layout as {@link #toString} writes it. */
  public static UnetLayout parse(String text) {
    List<List<Integer>> sides =
        Arrays.stream(text.split(" ", -1)).map(UnetLayout::parseSides).toList();
    return new UnetLayout(everyOther(sides, 0), everyOther(sides, 1));
  }

  private static List<Integer> parseSides(String text) {
    return Arrays.stream(text.split("x", -1)).map(Integer::valueOf).toList();
  }

  private static List<List<Integer>> everyOther(List<List<Integer>> sides, int first) {
    return Stream.iterate(first, i -> i < sides.size(), i -> i + 2).map(sides::get).toList();
  }

  /** How many levels. */
  public int levels() {
    return kernels.size();
  }

  /** What the sides of a patch are multiples of, along x, y, z. */
  public int[] multiple() {
    int[] multiple = {1, 1, 1};
    for (List<Integer> pooling : poolings) {
      for (int a = 0; a < 3; a++) {
        multiple[a] *= pooling.get(a);
      }
    }
    return multiple;
  }

  /** Refuses a patch that a pooling would cut off. */
  public void requireFits(int[] patch) {
    int[] multiple = multiple();
    for (int a = 0; a < 3; a++) {
      if (patch[a] < 1 || patch[a] % multiple[a] != 0) {
        throw new IllegalArgumentException(
            "side %s of a patch is a multiple of %d for this network, not %d"
                .formatted("xyz".charAt(a), multiple[a], patch[a]));
      }
    }
  }

  /** Kernels and poolings in turn from the finest level down: {@code 3x3x1 2x2x1 3x3x3}. */
  @Override
  public String toString() {
    return Stream.iterate(0, i -> i < 2 * levels() - 1, i -> i + 1)
        .map(i -> (i % 2 == 0 ? kernels : poolings).get(i / 2))
        .map(sides -> sides.stream().map(String::valueOf).collect(Collectors.joining("x")))
        .collect(Collectors.joining(" "));
  }
}
