package org.onelabel.volumes;

import java.util.Arrays;
import java.util.Optional;

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

  private final Geometry source;
  private final Geometry target;
  // Target axis a runs along source axis axes[a], backwards where flipped[a].
  private final int[] axes;
  private final boolean[] flipped;

  private WorkingGrid(Geometry source, Geometry target, int[] axes, boolean[] flipped) {
    this.source = source;
    this.target = target;
    this.axes = axes;
    this.flipped = flipped;
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
    return new WorkingGrid(source, target, axes, flipped);
  }

  /**
   * The permutation of voxel axes that brings the affine closest to a positive diagonal. Unlike
   * {@link Affine#orientation()}, which lets axes choose in the order they are stored in, it is the
   * same for however the voxels of an oblique scan are stored.
   */
  private static int[] closestAxes(Affine affine) {
    int[][] permutations = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    int[] best = permutations[0];
    double bestSum = -1;
    for (int[] p : permutations) {
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
    int[] shape = target.shape();
    for (int a = 0; a < 3; a++) {
      permuted = resample(permuted, shape, a, source.size(axes[a]));
      shape[a] = source.size(axes[a]);
    }
    return reorient(permuted, shape, false);
  }

  /** The argmax of class probabilities (one array a class) brought back to the grid of the file. */
  public LabelMap back(float[][] probabilities) {
    byte[] labels = new byte[source.voxels()];
    float[] best = back(probabilities[0]);
    for (int c = 1; c < probabilities.length; c++) {
      float[] share = back(probabilities[c]);
      for (int i = 0; i < labels.length; i++) {
        if (share[i] > best[i]) {
          best[i] = share[i];
          labels[i] = (byte) c;
        }
      }
    }
    return new LabelMap(source, labels);
  }

  private float[] forward(float[] values) {
    int[] shape = {source.size(axes[0]), source.size(axes[1]), source.size(axes[2])};
    float[] result = reorient(values, shape, true);
    for (int a = 0; a < 3; a++) {
      result = resample(result, shape, a, target.size(a));
      shape[a] = target.size(a);
    }
    return result;
  }

  private byte[] vote(LabelMap labels, boolean forward) {
    boolean[] present = new boolean[256];
    for (byte label : labels.labels()) {
      present[label & 255] = true;
    }
    byte[] winner = new byte[(forward ? target : source).voxels()];
    float[] best = new float[winner.length];
    float[] share = new float[labels.labels().length];
    for (int c = 0; c < present.length; c++) {
      if (!present[c]) {
        continue;
      }
      for (int i = 0; i < share.length; i++) {
        share[i] = (labels.labels()[i] & 255) == c ? 1 : 0;
      }
      float[] moved = forward ? forward(share) : back(share);
      for (int i = 0; i < winner.length; i++) {
        // A hair more than equal, so that rounding never decides a tie.
        if (moved[i] > best[i] + 1e-6f) {
          best[i] = moved[i];
          winner[i] = (byte) c;
        }
      }
    }
    return winner;
  }

  /** Between the file's axis order and right-front-up order, at the file's spacing. */
  private float[] reorient(float[] values, int[] shape, boolean toTarget) {
    boolean same = axes[0] == 0 && axes[1] == 1 && axes[2] == 2;
    if (same && !flipped[0] && !flipped[1] && !flipped[2]) {
      return values;
    }
    float[] result = new float[values.length];
    int[] at = new int[3];
    int[] t = new int[3];
    for (t[0] = 0; t[0] < shape[0]; t[0]++) {
      for (t[1] = 0; t[1] < shape[1]; t[1]++) {
        for (t[2] = 0; t[2] < shape[2]; t[2]++) {
          for (int a = 0; a < 3; a++) {
            at[axes[a]] = flipped[a] ? shape[a] - 1 - t[a] : t[a];
          }
          int inFile = (at[0] * source.sizeY() + at[1]) * source.sizeZ() + at[2];
          int inTarget = (t[0] * shape[1] + t[1]) * shape[2] + t[2];
          if (toTarget) {
            result[inTarget] = values[inFile];
          } else {
            result[inFile] = values[inTarget];
          }
        }
      }
    }
    return result;
  }

  /**
   * One axis of an array of {@code shape} resampled to {@code size} samples over the same extent.
   */
  static float[] resample(float[] values, int[] shape, int axis, int size) {
    int n = shape[axis];
    if (n == size) {
      return values;
    }
    int inner = axis == 2 ? 1 : axis == 1 ? shape[2] : shape[1] * shape[2];
    int outer = values.length / (n * inner);
    float[] result = new float[outer * size * inner];
    Weights[] weights = new Weights[size];
    for (int i = 0; i < size; i++) {
      weights[i] = Weights.of(i, n, size);
    }
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < size; i++) {
        Weights w = weights[i];
        int to = (o * size + i) * inner;
        for (int k = 0; k < w.values.length; k++) {
          int from = (o * n + w.first + k) * inner;
          float weight = w.values[k];
          for (int j = 0; j < inner; j++) {
            result[to + j] += weight * values[from + j];
          }
        }
      }
    }
    return result;
  }

  /** What output sample {@code i} takes from input samples {@code first…}; the weights sum to 1. */
  private record Weights(int first, float[] values) {
    static Weights of(int i, int n, int size) {
      double ratio = n / (double) size;
      if (ratio > 1) {
        double from = i * ratio;
        double to = from + ratio;
        int first = (int) Math.floor(from + 1e-9);
        int last = Math.min(n - 1, (int) Math.ceil(to - 1e-9) - 1);
        float[] values = new float[last - first + 1];
        for (int k = 0; k < values.length; k++) {
          double overlap = Math.min(to, first + k + 1) - Math.max(from, first + k);
          values[k] = (float) (overlap / ratio);
        }
        return new Weights(first, values);
      }
      double position = Math.clamp((i + 0.5) * ratio - 0.5, 0, n - 1);
      int first = Math.min((int) position, n - 1);
      float fraction = (float) (position - first);
      return fraction == 0 || first == n - 1
          ? new Weights(first, new float[] {1})
          : new Weights(first, new float[] {1 - fraction, fraction});
    }
  }

  @Override
  public String toString() {
    return source.describeShape()
        + " → "
        + target.describeShape()
        + " axes "
        + Arrays.toString(axes);
  }
}
