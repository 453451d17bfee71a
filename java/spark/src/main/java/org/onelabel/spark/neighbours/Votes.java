package org.onelabel.spark.neighbours;

import java.util.Arrays;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.Vote;
import org.onelabel.volumes.InputException;

/**
 * Sums up the labels of merged neighbours with the kernel, so that the sums have its bits: scores
 * are inner products of vectors of one value, themselves, with 1.
 */
record Votes(Voting voting, Metric metric, Kernels kernels) {

  /** The votes of a query, one sum a class. */
  float[] of(Candidates found, int query) {
    float[] votes = new float[voting.classes()];
    if (!found.finite()[query]) {
      Arrays.fill(votes, Float.NaN);
      return votes;
    }
    int count = found.counts()[query];
    if (count == 0) {
      return votes;
    }
    int from = query * found.k();
    float[] scores = Arrays.copyOfRange(found.scores(), from, from + count);
    byte[] labels = Arrays.copyOfRange(found.labels(), from, from + count);
    for (int j = 0; j < count; j++) {
      if (!Float.isFinite(scores[j])) {
        throw new InputException(
            "the scores of query %d are beyond float32".formatted(found.queries()[query]));
      }
      // Of two distances the smaller one is nearer.
      scores[j] = metric == Metric.SQUARED_L2 ? 0 - scores[j] : scores[j];
    }
    Vote vote =
        new Vote(
            Vote.LabelKind.HARD,
            Buffer.of(labels),
            voting.classes(),
            voting.weighting(),
            voting.temperature(),
            Buffer.of(votes));
    NearestNeighbours search =
        NearestNeighbours.of(
            FeatureMatrix.rows(new float[] {1}, 1, 1),
            FeatureMatrix.rows(scores, count, 1),
            Metric.INNER_PRODUCT,
            count);
    kernels.run(search.voting(vote));
    return votes;
  }
}
