package org.onelabel.pipeline.registration;

import java.util.ArrayList;
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

  /**
   * Cells of a size, and the template in every orientation and size on them.
   *
   * @param reach how far a cell of any start lies from the middle, in cells along any axis
   */
  private record Lattice(Cells cells, List<TemplateCells> starts, int reach) {}

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
    int reach = starts.stream().mapToInt(TemplateCells::reach).max().orElse(0);
    return new Lattice(cells, starts, reach);
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
    CoarseScan coarse = CoarseScan.of(scan, cells, template.frame(), lattice.reach());
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
    int[][] box = new int[3][];
    for (int a = 0; a < 3; a++) {
      box[a] = start.seenAlong(coarse.order()[a], size.size(a));
    }
    SeenCells cells = SeenCells.of(start, coarse);
    SlabSums sums = new SlabSums(start, coarse);
    Likeness prior = Likeness.of(start.pose(), scan.isPlanar());
    double best = Double.NEGATIVE_INFINITY;
    double[] centre = coarse.middle();
    for (int x = box[0][0]; x < box[0][1]; x++) {
      sums.of(x, box[1][0], box[1][1]);
      for (int y = box[1][0]; y < box[1][1]; y++) {
        SeenCells.Row row = cells.row(x, y);
        for (int z = box[2][0]; z < box[2][1]; z++) {
          double seen = row.weight(z);
          if (seen < Likeness.LEAST_SEEN) {
            continue;
          }
          double[] place = coarse.place(size.index(x, y, z));
          double shift = template.shift(place, scan);
          double likeness = prior.at(sums.correlation(row, y, z, seen), seen, shift);
          if (likeness > best) {
            best = likeness;
            centre = place;
          }
        }
      }
    }
    Pose pose = start.pose();
    return new Candidate(new Pose(pose.mirrored(), pose.rotation(), pose.logScale(), centre), best);
  }
}
