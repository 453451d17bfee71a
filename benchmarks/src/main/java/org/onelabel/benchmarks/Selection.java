package org.onelabel.benchmarks;

import java.util.Arrays;

/** The k best scores of every query so far, best first: selection for peers that have none. */
final class Selection {
  private final int k;
  private final float[] scores;
  private final int[] indices;

  Selection(int queries, int k) {
    this.k = k;
    this.scores = new float[queries * k];
    this.indices = new int[queries * k];
    clear();
  }

  void clear() {
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
  }

  void offer(int query, float score, int index) {
    int last = query * k + k - 1;
    if (score <= scores[last]) {
      return;
    }
    int at = last;
    for (; at > query * k && scores[at - 1] < score; at--) {
      scores[at] = scores[at - 1];
      indices[at] = indices[at - 1];
    }
    scores[at] = score;
    indices[at] = index;
  }

  /** Scores, queries × k; {@code negated} for distances. */
  float[] scores(boolean negated) {
    float[] copy = scores.clone();
    for (int i = 0; negated && i < copy.length; i++) {
      copy[i] = -copy[i];
    }
    return copy;
  }
}
