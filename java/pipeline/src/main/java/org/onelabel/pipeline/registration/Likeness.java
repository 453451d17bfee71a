package org.onelabel.pipeline.registration;

/**
 * What a pose of a template is worth by its weighted correlation with what it is laid over. A part
 * of the template that lies outside the scan says nothing, so a pose counts as much as it is seen;
 * a larger one agrees less by chance.
 *
 * @param size what a correlation counts for the pose's size
 * @param doubt what is taken from it for how the pose is turned, mirrored and scaled
 */
record Likeness(double size, double doubt) {
  /** What must be seen of a template. */
  static final double LEAST_SEEN = 0.4;

  /** Power of the scale: how much harder it is for a larger pose to agree by chance. */
  private static final double SIZE = 0.5;

  /**
   * What is taken from a likeness for half a turn, for mirroring, for a shift by the scan's extent
   * (squared), for another size and for scales that differ between the axes (both squared
   * logarithms): scans of a set are taken alike, and what says nothing must not turn them.
   */
  private static final double TURNED = 0.12;

  /** The same within thick slices: such views are planned by hand, each a little otherwise. */
  private static final double TURNED_IN_PLANE = 0.03;

  private static final double MIRRORED = 0.03;
  private static final double SHIFTED = 0.2;
  private static final double SIZED = 0.15;
  private static final double STRETCHED = 0.2;

  /**
   * Of a pose, wherever it lies.
   *
   * @param planar whether the slices are thick, so that it is turned within them alone
   */
  static Likeness of(Pose pose, boolean planar) {
    double turn = 0;
    double stretch = 0;
    double size = pose.meanLogScale();
    for (int a = 0; a < 3; a++) {
      double angle = Math.abs(Math.IEEEremainder(pose.rotation()[a], 2 * Math.PI));
      turn = Math.max(turn, angle / Math.PI);
      double more = pose.logScale()[a] - size;
      stretch += more * more;
    }
    double doubt =
        (planar ? TURNED_IN_PLANE : TURNED) * turn
            + (pose.mirrored() ? MIRRORED : 0)
            + SIZED * size * size
            + STRETCHED * stretch;
    return new Likeness(Math.exp(SIZE * size), doubt);
  }

  /**
   * What the pose is worth in a place.
   *
   * @param shift of the frame's middle beside where it lies in the template, in extents of the scan
   *     and the template, squared
   */
  double at(double correlation, double seen, double shift) {
    return correlation * Math.min(1, seen) * size - doubt - SHIFTED * shift;
  }

  /**
   * The correlation of two variables from weighted sums: of the weights, of each variable, of their
   * squares, of their product.
   */
  static double correlation(double w, double a, double b, double aa, double bb, double ab) {
    double meanA = a / w;
    double meanB = b / w;
    double varianceA = aa / w - meanA * meanA;
    double varianceB = bb / w - meanB * meanB;
    double product = varianceA * varianceB;
    return product > 1e-12 ? (ab / w - meanA * meanB) / Math.sqrt(product) : 0;
  }
}
