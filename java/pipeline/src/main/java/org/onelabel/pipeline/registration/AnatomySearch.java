package org.onelabel.pipeline.registration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.onelabel.pipeline.registration.frame.Cells;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.pipeline.registration.frame.Lattice;
import org.onelabel.pipeline.registration.frame.Template;
import org.onelabel.volumes.grid.Extent;

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

  /** A pose is another one where it differs by this many cells or radians. */
  private static final double APART_CELLS = 2.5;

  private static final double APART_RADIANS = 0.4;

  /** A pose and what it is worth. */
  record Candidate(Pose pose, double likeness) {}

  /** Cells of a size, and the template in every orientation and size on them. */
  private record Lattice(Cells cells, List<TemplateCells> starts) {}

  private final Template template;
  private final Map<Double, Lattice> lattices = new ConcurrentHashMap<>();

  AnatomySearch(Template template) {
    this.template = template;
  }

  private Lattice lattice(double count) {
    Image image = template.image();
    Cells cells = Cells.of(template.frame().sides(), image.spacing(), count);
    Appearance appearance = Appearance.of(image, cells, template.frame());
    List<TemplateCells> starts =
        Starts.of(image).stream()
            .map(pose -> TemplateCells.of(template, cells, appearance, pose))
            .toList();
    return new Lattice(cells, starts);
  }

  /**
   * How many cells a frame has: fewer where a scan would have too many.
   *
   * @param frame its sides, millimetres
   */
  static double count(double[] frame, Image scan) {
    double count = CELLS;
    while (places(Cells.of(frame, scan.spacing(), count), scan) > MOST_PLACES && count > 1) {
      count /= FEWER;
    }
    return count;
  }

  private static long places(Cells cells, Image scan) {
    return cells.covering(scan.sides()).voxels();
  }

  /** The likeliest poses, the best first, at most {@code most}, no two alike. */
  List<Candidate> search(Image scan, int most) {
    Lattice lattice =
        lattices.computeIfAbsent(count(template.frame().sides(), scan), this::lattice);
    Cells cells = lattice.cells;
    CoarseScan coarse = CoarseScan.of(scan, cells, template.frame());
    List<Candidate> best = new ArrayList<>();
    for (TemplateCells start : lattice.starts) {
      best.add(best(start, coarse, scan));
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
  private Candidate best(TemplateCells start, CoarseScan coarse, Image scan) {
    Extent size = coarse.size();
    int places = size.voxels();
    int channels = start.values().length;
    int[][] box = {
      start.seenAlong(coarse.order()[0], size.sizeX()),
      start.seenAlong(coarse.order()[1], size.sizeY()),
      start.seenAlong(coarse.order()[2], size.sizeZ())
    };
    float[] seen = new float[places];
    Sums[] sums = new Sums[channels];
    Arrays.setAll(sums, c -> Sums.of(places));
    for (int n = 0; n < start.weights().length; n++) {
      int dx = start.offsets()[3 * n + coarse.order()[0]];
      int dy = start.offsets()[3 * n + coarse.order()[1]];
      int dz = start.offsets()[3 * n + coarse.order()[2]];
      float w = start.weights()[n];
      int z0 = Math.max(box[2][0], -dz);
      int z1 = Math.min(box[2][1], size.sizeZ() - dz);
      for (int x = Math.max(box[0][0], -dx); x < Math.min(box[0][1], size.sizeX() - dx); x++) {
        for (int y = Math.max(box[1][0], -dy); y < Math.min(box[1][1], size.sizeY() - dy); y++) {
          int row = size.index(x, y, 0);
          int shift = dx * size.stride(0) + dy * size.stride(1) + dz;
          for (int z = z0; z < z1; z++) {
            seen[row + z] += w;
          }
          for (int c = 0; c < channels; c++) {
            sums[c].add(coarse.channels()[c], row + z0, row + z1, shift, w, start.values()[c][n]);
          }
        }
      }
    }
    Likeness prior = Likeness.of(start.pose(), scan.isPlanar());
    double best = Double.NEGATIVE_INFINITY;
    int at = 0;
    for (int p = 0; p < places; p++) {
      if (seen[p] < Likeness.LEAST_SEEN) {
        continue;
      }
      double correlation = 0;
      for (int c = 0; c < channels; c++) {
        correlation += sums[c].correlation(p, seen[p]) / channels;
      }
      double shift = template.shift(coarse.place(p), scan);
      double likeness = prior.at(correlation, seen[p], shift);
      if (likeness > best) {
        best = likeness;
        at = p;
      }
    }
    Pose pose = start.pose();
    double[] centre = best == Double.NEGATIVE_INFINITY ? coarse.middle() : coarse.place(at);
    return new Candidate(new Pose(pose.mirrored(), pose.rotation(), pose.logScale(), centre), best);
  }

  /**
   * Weighted sums at every place, of one channel.
   *
   * @param t of the template
   * @param tt of its square
   * @param v of the scan
   * @param vv of its square
   * @param tv of their product
   */
  private record Sums(float[] t, float[] tt, float[] v, float[] vv, float[] tv) {

    static Sums of(int places) {
      return new Sums(
          new float[places],
          new float[places],
          new float[places],
          new float[places],
          new float[places]);
    }

    /** Adds a cell of the template, at the places from {@code from} to {@code to}. */
    void add(float[] scan, int from, int to, int shift, float w, float template) {
      float wt = w * template;
      float wtt = wt * template;
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

    double correlation(int p, double seen) {
      return Likeness.correlation(seen, t[p], v[p], tt[p], vv[p], tv[p]);
    }
  }
}
