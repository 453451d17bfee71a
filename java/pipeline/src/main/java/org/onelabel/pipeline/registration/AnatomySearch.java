package org.onelabel.pipeline.registration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.onelabel.volumes.grid.Interpolation;

/**
 * Lays a template over every place of a scan, in every orientation and size of {@link Starts}, on
 * coarse cells, and keeps the likeliest poses. Thread-safe.
 */
final class AnatomySearch {
  /** Cells of the frame: enough to tell a heart from a liver, few enough for every place. */
  private static final double CELLS = 2000;

  /**
   * Places of a scan: a minute's work for a thread with as many cells as are compared. A scan that
   * would have more, as where a small structure lies in a whole body, is searched in larger cells.
   */
  private static final double MOST_PLACES = 300_000;

  private static final double FEWER = 1.3;

  /** Of a start's cells, at most this many are compared. */
  private static final int MOST_COMPARED = 600;

  /** A pose is another one where it differs by this many cells or radians. */
  private static final double APART_CELLS = 2.5;

  private static final double APART_RADIANS = 0.4;

  /** A pose and what it is worth. */
  record Candidate(Pose pose, double likeness) {}

  /**
   * A start's template on the cells of a scan.
   *
   * @param offsets from the middle, three for each cell
   * @param weights they sum to 1
   * @param values a row for each channel
   */
  private record Patch(Pose pose, int[] offsets, float[] weights, float[][] values) {

    /**
     * The places from which enough of it is seen along one axis; from others there is less than
     * that on the whole.
     *
     * @return the first and the one after the last
     */
    int[] seenAlong(int axis, int size) {
      int[] places = {size, 0};
      for (int place = 0; place < size; place++) {
        double seen = 0;
        for (int n = 0; n < weights.length; n++) {
          int at = place + offsets[3 * n + axis];
          seen += at >= 0 && at < size ? weights[n] : 0;
        }
        if (seen >= Likeness.LEAST_SEEN) {
          places[0] = Math.min(places[0], place);
          places[1] = place + 1;
        }
      }
      return places;
    }
  }

  /** Cells of a size, and the template in every orientation and size on them. */
  private record Lattice(Cells cells, List<Patch> patches) {}

  private final Template template;
  private final Map<Double, Lattice> lattices = new ConcurrentHashMap<>();

  AnatomySearch(Template template) {
    this.template = template;
  }

  private Lattice lattice(double count) {
    Image image = template.image();
    Cells cells = Cells.of(template.frame().extent(), image.spacing(), count);
    Appearance appearance = Appearance.of(image, cells, template.frame());
    List<Patch> patches =
        Starts.of(image).stream().map(pose -> patch(cells, appearance, pose)).toList();
    return new Lattice(cells, patches);
  }

  private Patch patch(Cells cells, Appearance appearance, Pose pose) {
    // From an offset in the scan to one in the template: the matrix turns and scales, transposed
    // it turns back.
    double[] m = pose.matrix();
    double scale = Math.exp(pose.meanLogScale());
    double reach = 0;
    for (double side : template.frame().extent()) {
      reach += 0.25 * side * side;
    }
    reach = Math.sqrt(reach) * scale;
    int[] most = new int[3];
    for (int a = 0; a < 3; a++) {
      most[a] = (int) Math.floor(reach / cells.sides()[a]);
    }
    double[] spacing = template.image().spacing();
    List<int[]> offsets = new ArrayList<>();
    List<double[]> places = new ArrayList<>();
    for (int i = -most[0]; i <= most[0]; i++) {
      for (int j = -most[1]; j <= most[1]; j++) {
        for (int k = -most[2]; k <= most[2]; k++) {
          double[] mm = {i * cells.sides()[0], j * cells.sides()[1], k * cells.sides()[2]};
          double[] at = new double[3];
          for (int a = 0; a < 3; a++) {
            double back = (m[a] * mm[0] + m[3 + a] * mm[1] + m[6 + a] * mm[2]) / (scale * scale);
            at[a] = template.centre(a) + back / spacing[a];
          }
          if (template.weightAt(at[0], at[1], at[2]) > 0) {
            offsets.add(new int[] {i, j, k});
            places.add(at);
          }
        }
      }
    }
    int every = Math.ceilDiv(offsets.size(), MOST_COMPARED);
    int count = Math.ceilDiv(offsets.size(), every);
    int[] chosen = new int[3 * count];
    float[] weights = new float[count];
    float[][] values = new float[appearance.channels().size()][count];
    double total = 0;
    for (int n = 0; n < count; n++) {
      System.arraycopy(offsets.get(n * every), 0, chosen, 3 * n, 3);
      double[] at = places.get(n * every);
      weights[n] = template.weightAt(at[0], at[1], at[2]);
      total += weights[n];
      for (int c = 0; c < values.length; c++) {
        values[c][n] =
            Interpolation.trilinear(
                appearance.channels().get(c), appearance.shape(), at[0], at[1], at[2]);
      }
    }
    for (int n = 0; n < count; n++) {
      weights[n] /= (float) total;
    }
    return new Patch(pose, chosen, weights, values);
  }

  /**
   * How many cells a frame has: fewer where a scan would have too many.
   *
   * @param frame its extent, millimetres
   */
  static double count(double[] frame, Image scan) {
    double count = CELLS;
    while (places(Cells.of(frame, scan.spacing(), count), scan) > MOST_PLACES && count > 1) {
      count /= FEWER;
    }
    return count;
  }

  private static long places(Cells cells, Image scan) {
    return IntStream.of(cells.counts(scan.extent())).asLongStream().reduce(1, (a, b) -> a * b);
  }

  /** The likeliest poses, the best first, at most {@code most}, no two alike. */
  List<Candidate> search(Image scan, int most) {
    Lattice lattice =
        lattices.computeIfAbsent(count(template.frame().extent(), scan), this::lattice);
    Cells cells = lattice.cells;
    CoarseScan coarse = CoarseScan.of(scan, cells, template.frame());
    List<Candidate> best = new ArrayList<>();
    for (Patch patch : lattice.patches) {
      best.add(best(patch, coarse, scan));
    }
    best.sort(Comparator.comparingDouble(Candidate::likeness).reversed());
    List<Candidate> kept = new ArrayList<>();
    for (Candidate candidate : best) {
      if (kept.size() < most
          && kept.stream().noneMatch(k -> alike(k.pose, candidate.pose, cells))) {
        kept.add(candidate);
      }
    }
    return kept;
  }

  private static boolean alike(Pose a, Pose b, Cells cells) {
    double distance = 0;
    double angle = 0;
    for (int axis = 0; axis < 3; axis++) {
      double cellsApart = (a.centre()[axis] - b.centre()[axis]) / cells.sides()[axis];
      distance += cellsApart * cellsApart;
      double turn = Math.IEEEremainder(a.rotation()[axis] - b.rotation()[axis], 2 * Math.PI);
      angle = Math.max(angle, Math.abs(turn));
    }
    return a.mirrored() == b.mirrored()
        && angle < APART_RADIANS
        && Math.sqrt(distance) < APART_CELLS;
  }

  /** The best place for one orientation and size. */
  private Candidate best(Patch patch, CoarseScan coarse, Image scan) {
    int[] size = coarse.size;
    int places = size[0] * size[1] * size[2];
    int channels = patch.values.length;
    int[][] box = {
      patch.seenAlong(coarse.order[0], size[0]),
      patch.seenAlong(coarse.order[1], size[1]),
      patch.seenAlong(coarse.order[2], size[2])
    };
    float[] seen = new float[places];
    // Sums of template, its square, scan, its square, and their product, for each channel.
    float[][] sums = new float[5 * channels][places];
    for (int n = 0; n < patch.weights.length; n++) {
      int dx = patch.offsets[3 * n + coarse.order[0]];
      int dy = patch.offsets[3 * n + coarse.order[1]];
      int dz = patch.offsets[3 * n + coarse.order[2]];
      float w = patch.weights[n];
      int z0 = Math.max(box[2][0], -dz);
      int z1 = Math.min(box[2][1], size[2] - dz);
      for (int x = Math.max(box[0][0], -dx); x < Math.min(box[0][1], size[0] - dx); x++) {
        for (int y = Math.max(box[1][0], -dy); y < Math.min(box[1][1], size[1] - dy); y++) {
          int row = (x * size[1] + y) * size[2];
          int shift = (dx * size[1] + dy) * size[2] + dz;
          for (int z = z0; z < z1; z++) {
            seen[row + z] += w;
          }
          for (int c = 0; c < channels; c++) {
            add(
                coarse.channels[c],
                row + z0,
                row + z1,
                shift,
                w,
                w * patch.values[c][n],
                w * patch.values[c][n] * patch.values[c][n],
                sums,
                5 * c);
          }
        }
      }
    }
    Likeness prior = Likeness.of(patch.pose, scan.isPlanar());
    double best = Double.NEGATIVE_INFINITY;
    int at = 0;
    for (int p = 0; p < places; p++) {
      if (seen[p] < Likeness.LEAST_SEEN) {
        continue;
      }
      double correlation = 0;
      for (int c = 0; c < channels; c++) {
        correlation +=
            Likeness.correlation(
                    seen[p],
                    sums[5 * c][p],
                    sums[5 * c + 2][p],
                    sums[5 * c + 1][p],
                    sums[5 * c + 3][p],
                    sums[5 * c + 4][p])
                / channels;
      }
      double shift = template.shift(coarse.place(p), scan.shape(), scan.spacing());
      double likeness = prior.at(correlation, seen[p], shift);
      if (likeness > best) {
        best = likeness;
        at = p;
      }
    }
    Pose pose = patch.pose;
    double[] centre = best == Double.NEGATIVE_INFINITY ? coarse.middle() : coarse.place(at);
    return new Candidate(new Pose(pose.mirrored(), pose.rotation(), pose.logScale(), centre), best);
  }

  private static void add(
      float[] scan,
      int from,
      int to,
      int shift,
      float w,
      float wt,
      float wtt,
      float[][] sums,
      int first) {
    float[] t = sums[first];
    float[] tt = sums[first + 1];
    float[] v = sums[first + 2];
    float[] vv = sums[first + 3];
    float[] tv = sums[first + 4];
    for (int p = from; p < to; p++) {
      float value = scan[p + shift];
      float weighted = w * value;
      t[p] += wt;
      tt[p] += wtt;
      v[p] += weighted;
      vv[p] += weighted * value;
      tv[p] += wt * value;
    }
  }

  /**
   * A scan's appearance in cells. The axis with the most cells is the innermost: rows are long.
   *
   * @param order the scan's axes, the one with the fewest cells first
   * @param first where the first cell lies, millimetres, by the scan's axes
   */
  private record CoarseScan(
      float[][] channels, int[] size, int[] order, double[] first, double[] sides) {

    static CoarseScan of(Image scan, Cells cells, Frame frame) {
      Appearance appearance = Appearance.of(scan, cells, frame);
      int[] counts = cells.counts(scan.extent());
      int[] order = {0, 1, 2};
      for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2 - i; j++) {
          if (counts[order[j]] > counts[order[j + 1]]) {
            int swapped = order[j];
            order[j] = order[j + 1];
            order[j + 1] = swapped;
          }
        }
      }
      double[] first = new double[3];
      int[] size = new int[3];
      for (int a = 0; a < 3; a++) {
        first[a] =
            0.5 * (scan.shape()[a] - 1) * scan.spacing()[a]
                - 0.5 * (counts[a] - 1) * cells.sides()[a];
        size[a] = counts[order[a]];
      }
      CoarseScan empty =
          new CoarseScan(
              new float[appearance.channels().size()][], size, order, first, cells.sides());
      for (int c = 0; c < empty.channels.length; c++) {
        empty.channels[c] = empty.sampled(appearance.channels().get(c), scan);
      }
      return empty;
    }

    private float[] sampled(float[] values, Image scan) {
      float[] result = new float[size[0] * size[1] * size[2]];
      for (int p = 0; p < result.length; p++) {
        double[] at = place(p);
        for (int a = 0; a < 3; a++) {
          at[a] /= scan.spacing()[a];
        }
        result[p] = Interpolation.trilinear(values, scan.shape(), at[0], at[1], at[2]);
      }
      return result;
    }

    /** Where a cell lies in the scan, millimetres. */
    double[] place(int p) {
      int[] index = {p / (size[1] * size[2]), p / size[2] % size[1], p % size[2]};
      double[] at = new double[3];
      for (int a = 0; a < 3; a++) {
        at[order[a]] = first[order[a]] + index[a] * sides[order[a]];
      }
      return at;
    }

    double[] middle() {
      double[] low = place(0);
      double[] high = place(size[0] * size[1] * size[2] - 1);
      for (int a = 0; a < 3; a++) {
        low[a] = 0.5 * (low[a] + high[a]);
      }
      return low;
    }
  }
}
