package org.onelabel.pipeline.registration;

import java.util.Comparator;
import java.util.List;
import org.onelabel.pipeline.registration.bending.Bending;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.pipeline.registration.frame.Placement;
import org.onelabel.pipeline.registration.frame.Template;
import org.onelabel.volumes.grid.InterleavedChannels;
import org.onelabel.volumes.grid.LabelArray;

/**
 * Finds a template's anatomy in scans: a coarse search over places, orientations and sizes ({@link
 * AnatomySearch}), the likeliest poses moved to where they are most alike ({@link PoseRefinement}),
 * the best one bent ({@link Bending}). Immutable and thread-safe.
 */
public final class Registration {
  private static final int CANDIDATES = 24;
  private static final int FINALISTS = 4;
  private static final int EVALUATIONS = 150;

  /** Cells that poses are compared by, first and in the end. */
  private static final double COARSE = 4000;

  private static final double FINE = 16000;

  /**
   * Where a template's anatomy lies in a scan.
   *
   * @param placement of the frame in the scan
   * @param likeness what the pose is worth: 1 for a scan that is the template, above it only for a
   *     larger one
   */
  public record Result(Placement placement, Bend bend, double likeness) {}

  private final Frame frame;
  private final AnatomySearch search;
  private final PoseRefinement coarse;
  private final PoseRefinement fine;
  private final Bending bending;

  /**
   * A registration with a template.
   *
   * @param labels of the template
   * @param cells of the bend over the frame, about
   */
  public Registration(Image image, LabelArray labels, Frame frame, int cells) {
    Template template = Template.of(image, labels, frame);
    this.frame = frame;
    search = new AnatomySearch(template);
    coarse = new PoseRefinement(template, COARSE);
    fine = new PoseRefinement(template, FINE);
    bending = new Bending(image, frame.placement(), frame, cells);
  }

  /** Where the anatomy lies in a scan. */
  public Result register(Image scan) {
    AnatomySearch.Candidate best =
        refined(fine, scan, refined(coarse, scan, search.search(scan, CANDIDATES)), FINALISTS)
            .getFirst();
    Placement placement = best.pose().placement(frame, scan.spacing());
    return new Result(placement, bending.bend(scan, placement), best.likeness());
  }

  private static List<AnatomySearch.Candidate> refined(
      PoseRefinement refinement, Image scan, List<AnatomySearch.Candidate> candidates) {
    return refined(refinement, scan, candidates, candidates.size());
  }

  private static List<AnatomySearch.Candidate> refined(
      PoseRefinement refinement, Image scan, List<AnatomySearch.Candidate> candidates, int first) {
    InterleavedChannels appearance = refinement.appearance(scan);
    return candidates.stream()
        .limit(first)
        .map(c -> refinement.refine(c.pose(), scan, appearance, EVALUATIONS))
        .sorted(Comparator.comparingDouble(AnatomySearch.Candidate::likeness).reversed())
        .toList();
  }
}
