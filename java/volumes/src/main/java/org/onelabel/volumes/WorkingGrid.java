package org.onelabel.volumes;

import java.util.List;
import java.util.Optional;
import org.onelabel.volumes.grid.Argmax;
import org.onelabel.volumes.grid.AxisPermutation;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;
import org.onelabel.volumes.grid.Resampling;

/**
 * The grid that features and networks work on, and the way there and back: axes permuted and
 * flipped to right, front, up, and a spacing of one's choice. Sampling is separable: area averages
 * where voxels grow, linear interpolation where they shrink, exact where nothing changes. Both
 * grids cover the same box. Immutable and thread-safe.
 */
public final class WorkingGrid {
  /** A side of the file's voxels is at most this many times a working voxel's, and back. */
  public static final double MOST_RATIO = 50;

  /** A working grid has at most this many voxels, 2²⁸. */
  public static final int MOST_VOXELS = 1 << 28;

  /** A working grid of more than 2²⁰ voxels has at most this many times the voxels of the file. */
  public static final int MOST_GROWTH = 1000;

  private static final int SMALL = 1 << 20;

  /** Voxels of the file that labels are brought back to at once, unless a plane has more. */
  private static final int SLAB = 1 << 22;

  private final Geometry source;
  private final Geometry target;
  private final AxisPermutation axes;

  private WorkingGrid(Geometry source, Geometry target, AxisPermutation axes) {
    this.source = source;
    this.target = target;
    this.axes = axes;
  }

  /**
   * Why there is no grid over {@code source} with {@code spacing}: the sides of its voxels and the
   * working ones are too far apart, as they are where a file has another unit than it says. Empty
   * where there is one.
   */
  public static Optional<String> misfit(Geometry source, double[] spacing) {
    double[] sides = canonicalSpacing(source);
    double[] size = sizes(source, spacing);
    String both =
        "its voxels are %s mm along right, front, up, those of the working grid %s mm"
            .formatted(describe(sides), describe(spacing));
    for (int a = 0; a < 3; a++) {
      double ratio = Math.max(sides[a] / spacing[a], spacing[a] / sides[a]);
      if (!(ratio <= MOST_RATIO)) {
        return Optional.of(
            "%s: more than %.0f times apart; is the unit right?".formatted(both, MOST_RATIO));
      }
    }
    double voxels = size[0] * size[1] * size[2];
    if (voxels > MOST_VOXELS
        || (voxels > SMALL && voxels > (double) MOST_GROWTH * source.voxels())) {
      return Optional.of(
          "%s: that makes %.0f×%.0f×%.0f voxels of %s, more than %s; is the unit right?"
              .formatted(
                  both,
                  size[0],
                  size[1],
                  size[2],
                  source.describeShape(),
                  voxels > MOST_VOXELS ? MOST_VOXELS : MOST_GROWTH + " times as many"));
    }
    return Optional.empty();
  }

  private static String describe(double[] sides) {
    return "%.4g × %.4g × %.4g".formatted(sides[0], sides[1], sides[2]);
  }

  /** How many working voxels each axis takes. */
  private static double[] sizes(Geometry source, double[] spacing) {
    int[] axes = closestAxes(source.affine());
    double[] sizes = new double[3];
    for (int a = 0; a < 3; a++) {
      double extent = source.size(axes[a]) * source.affine().spacing(axes[a]);
      sizes[a] = Math.max(1, Math.rint(extent / spacing[a]));
    }
    return sizes;
  }

  /**
   * The grid over {@code source} with about {@code spacing} millimetres along right, front, up.
   *
   * @throws IllegalArgumentException where {@link #misfit} names a reason
   */
  public static WorkingGrid of(Geometry source, double[] spacing) {
    misfit(source, spacing)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
    int[] axes = closestAxes(source.affine());
    double[] sizes = sizes(source, spacing);
    boolean[] flipped = new boolean[3];
    int[] size = new int[3];
    double[] rows = new double[12];
    double[] origin = {
      source.affine().at(0, 3), source.affine().at(1, 3), source.affine().at(2, 3)
    };
    for (int a = 0; a < 3; a++) {
      int s = axes[a];
      flipped[a] = source.affine().at(a, s) < 0;
      size[a] = (int) sizes[a];
      double ratio = source.size(s) / (double) size[a];
      double first = flipped[a] ? source.size(s) - 0.5 - 0.5 * ratio : 0.5 * ratio - 0.5;
      double step = flipped[a] ? -ratio : ratio;
      for (int row = 0; row < 3; row++) {
        rows[4 * row + a] = source.affine().at(row, s) * step;
        origin[row] += source.affine().at(row, s) * first;
      }
    }
    for (int row = 0; row < 3; row++) {
      rows[4 * row + 3] = origin[row];
    }
    Geometry target = Geometry.of(size[0], size[1], size[2], Affine.of(rows));
    return new WorkingGrid(source, target, new AxisPermutation(axes, flipped));
  }

  /**
   * The permutation of voxel axes that brings the affine closest to a positive diagonal. Unlike
   * {@link Affine#orientation()}, which lets axes choose in the order they are stored in, it is the
   * same for however the voxels of an oblique scan are stored.
   */
  private static int[] closestAxes(Affine affine) {
    List<int[]> orders = AxisPermutation.orders();
    int[] best = orders.getFirst();
    double bestSum = -1;
    for (int[] p : orders) {
      double sum = 0;
      for (int a = 0; a < 3; a++) {
        sum += Math.abs(affine.at(a, p[a])) / affine.spacing(p[a]);
      }
      if (sum > bestSum + 1e-9) {
        best = p;
        bestSum = sum;
      }
    }
    return best;
  }

  /** The grid of the file. */
  public Geometry source() {
    return source;
  }

  /** The grid that is worked on. */
  public Geometry target() {
    return target;
  }

  /** Spacing of {@code geometry} along right, front, up instead of along its own axes, in mm. */
  public static double[] canonicalSpacing(Geometry geometry) {
    int[] axes = closestAxes(geometry.affine());
    return new double[] {
      geometry.affine().spacing(axes[0]),
      geometry.affine().spacing(axes[1]),
      geometry.affine().spacing(axes[2])
    };
  }

  /** Intensities on the working grid. */
  public Volume forward(Volume volume) {
    return new Volume(target, volume.channels().stream().map(this::forward).toList());
  }

  /**
   * Labels on the working grid: the class with the largest share of each voxel, lowest first.
   * Ignored voxels are a class of their own in this.
   */
  public LabelMap forward(LabelMap labels) {
    return new LabelMap(target, vote(labels, true));
  }

  /** Labels on the grid of the file: the argmax of the resampled shares of each class. */
  public LabelMap back(LabelMap labels) {
    return new LabelMap(source, vote(labels, false));
  }

  /** Values on the grid of the file, one channel. */
  public float[] back(float[] values) {
    float[] permuted = values;
    Extent extent = target.extent();
    for (int a = 0; a < 3; a++) {
      int size = source.size(axes.axis(a));
      permuted = Resampling.resample(permuted, extent, a, size);
      extent = extent.withSize(a, size);
    }
    return axes.revert(permuted, source.extent());
  }

  /**
   * The argmax of class probabilities (one array a class) brought back to the grid of the file. It
   * is made slab by slab: no class is ever held on the whole grid.
   */
  public LabelMap back(float[][] probabilities) {
    Extent turned = axes.of(source.extent());
    int plane = turned.stride(0);
    int thickness = Math.max(1, SLAB / plane);
    byte[] labels = new byte[source.voxels()];
    for (int first = 0; first < turned.sizeX(); first += thickness) {
      int end = Math.min(turned.sizeX(), first + thickness);
      Argmax argmax = new Argmax((end - first) * plane, Float.NEGATIVE_INFINITY, 0);
      for (int c = 0; c < probabilities.length; c++) {
        argmax.add(c, slab(probabilities[c], first, end));
      }
      System.arraycopy(argmax.labels(), 0, labels, first * plane, (end - first) * plane);
    }
    return new LabelMap(source, axes.revert(labels, source.extent()));
  }

  /** The planes {@code first…end−1} along the first axis of the file's voxels, axes turned. */
  private float[] slab(float[] values, int first, int end) {
    Extent turned = axes.of(source.extent());
    float[] slab = Resampling.resample(values, target.extent(), 0, turned.sizeX(), first, end);
    Extent extent = target.extent().withSize(0, end - first);
    for (int a = 1; a < 3; a++) {
      slab = Resampling.resample(slab, extent, a, turned.size(a));
      extent = extent.withSize(a, turned.size(a));
    }
    return slab;
  }

  private float[] forward(float[] values) {
    float[] result = axes.apply(values, source.extent());
    Extent extent = axes.of(source.extent());
    for (int a = 0; a < 3; a++) {
      result = Resampling.resample(result, extent, a, target.size(a));
      extent = extent.withSize(a, target.size(a));
    }
    return result;
  }

  private byte[] vote(LabelMap labels, boolean forward) {
    LabelArray array = labels.array();
    boolean[] present = new boolean[LabelMap.IGNORED + 1];
    for (int i = 0; i < labels.labels().length; i++) {
      present[array.at(i)] = true;
    }
    Argmax argmax = new Argmax((forward ? target : source).voxels(), 0, 1e-6f);
    float[] share = new float[labels.labels().length];
    for (int c = 0; c < present.length; c++) {
      if (!present[c]) {
        continue;
      }
      for (int i = 0; i < share.length; i++) {
        share[i] = array.at(i) == c ? 1 : 0;
      }
      argmax.add(c, forward ? forward(share) : back(share));
    }
    return argmax.labels();
  }

  @Override
  public String toString() {
    return source.describeShape() + " → " + target.describeShape() + " axes " + axes;
  }
}
