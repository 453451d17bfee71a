package org.onelabel.kernels.internal.reference.neighbours;

import java.util.Arrays;

/**
 * The rows that may be among the k best of each of some queries, with scores that are not exact.
 * Rows come in any order. A query has room for a few times k; where that is full, rows are dropped
 * that are worse than k others whatever the errors, and where too few are, by their exact scores.
 */
final class Shortlist {
  private final int k;
  private final int room;
  private final float[] scores;
  private final int[] rows;
  private final int[] counts;

  /** Of each query the k-th best score when it was last looked for. */
  private final float[] kth;

  private final float[] sorted;
  private final double[] exact;
  private final long[] keys;

  Shortlist(int queries, int k) {
    this.k = k;
    room = 2 * k + 64;
    scores = new float[queries * room];
    rows = new int[scores.length];
    counts = new int[queries];
    kth = new float[queries];
    Arrays.fill(kth, Float.NEGATIVE_INFINITY);
    sorted = new float[room];
    exact = new double[room];
    keys = new long[room];
  }

  /** What a row of the query must reach. */
  float limit(int query, ScoreError error) {
    return error.limit(kth[query]);
  }

  /**
   * Adds a row.
   *
   * @param error of all scores of the query so far
   * @param number of the query in its call
   */
  void offer(int query, int row, float score, ScoreError error, ExactScores scorer, long number) {
    int at = query * room + counts[query]++;
    scores[at] = score;
    rows[at] = row;
    if (counts[query] == room) {
      thin(query, error);
      if (counts[query] > room - room / 4) {
        scorer.take(number);
        keepBest(query, scorer);
      }
    }
  }

  /** Adds all rows of another list of the same queries. */
  void addAll(int query, Shortlist other, ScoreError error, ExactScores scorer, long number) {
    int from = query * room;
    for (int i = 0; i < other.counts[query]; i++) {
      offer(query, other.rows[from + i], other.scores[from + i], error, scorer, number);
    }
  }

  /** Drops rows that are worse than k others whatever the errors. */
  private void thin(int query, ScoreError error) {
    int from = query * room;
    int count = counts[query];
    if (count < k) {
      return;
    }
    System.arraycopy(scores, from, sorted, 0, count);
    Arrays.sort(sorted, 0, count);
    kth[query] = Math.max(kth[query], sorted[count - k]);
    float limit = limit(query, error);
    int kept = from;
    for (int i = from; i < from + count; i++) {
      if (scores[i] >= limit) {
        scores[kept] = scores[i];
        rows[kept++] = rows[i];
      }
    }
    counts[query] = kept - from;
  }

  /** Leaves the k best by their exact scores, in the order of their numbers. */
  private void keepBest(int query, ExactScores scorer) {
    int from = query * room;
    int count = rank(query, scorer);
    long least = keys[count - k];
    int kept = from;
    for (int i = 0; i < count; i++) {
      if (key((float) exact[i], i) >= least) {
        scores[kept] = (float) exact[i] + 0f;
        rows[kept++] = rows[from + i];
      }
    }
    counts[query] = kept - from;
    kth[query] = score(least);
  }

  /** Sorts the keys of exact scores, the best last; returns their number. */
  private int rank(int query, ExactScores scorer) {
    int count = counts[query];
    int from = query * room;
    // Of equal scores the lower row is better, and so is the lower place then.
    Arrays.sort(rows, from, from + count);
    scorer.score(rows, from, count, exact);
    for (int i = 0; i < count; i++) {
      keys[i] = key((float) exact[i], i);
    }
    Arrays.sort(keys, 0, count);
    return count;
  }

  /**
   * Finds the k best of the query that {@code scorer} has taken, best first; returns their number.
   */
  int finish(int query, ScoreError error, ExactScores scorer, double[] best, int[] numbers) {
    thin(query, error);
    int count = rank(query, scorer);
    int found = Math.min(k, count);
    for (int j = 0; j < found; j++) {
      int at = (int) ~keys[count - 1 - j];
      best[j] = exact[at];
      numbers[j] = rows[query * room + at];
    }
    return found;
  }

  /** In the order of the scores as float32, of equal ones the first place is best. */
  private static long key(float score, int place) {
    int bits = Float.floatToIntBits(score + 0f);
    int ordered = bits < 0 ? bits ^ Integer.MAX_VALUE : bits;
    return (long) ordered << 32 | (~place & 0xFFFFFFFFL);
  }

  private static float score(long key) {
    int ordered = (int) (key >> 32);
    return Float.intBitsToFloat(ordered < 0 ? ordered ^ Integer.MAX_VALUE : ordered);
  }
}
