package org.onelabel.kernels.internal.reference.neighbours;

/**
 * By how much a score from sums in float32 may differ from the score itself: by absolute + relative
 * · |score|.
 *
 * @param relative far below 1
 */
record ScoreError(double absolute, double relative) {
  /** The largest error of rounding a number to float32, relative to it. */
  static final double ROUNDING = 0x1p-24;

  /**
   * What a row's score must reach so that the row may be among the k best, where {@code kth} is the
   * k-th best found. A lower one is worse than k others by the score itself.
   */
  float limit(float kth) {
    if (kth == Float.NEGATIVE_INFINITY) {
      return kth;
    }
    // A row below is at most limit + error, the k best are at least kth − error.
    double limit = kth - 2.1 * (absolute + relative * Math.abs((double) kth));
    return Math.nextDown((float) limit);
  }
}
