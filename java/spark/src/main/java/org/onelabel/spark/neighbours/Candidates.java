package org.onelabel.spark.neighbours;

import java.io.Serializable;
import java.util.Arrays;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;

/**
 * The best rows that queries have among the blocks that were looked at. The order of a query's is
 * that of the kernel: the best first, the lower id first on a tie.
 *
 * @param queries Q ids
 * @param finite Q: whether the query can have neighbours
 * @param counts Q: how many neighbours each has, at most k
 * @param ids Q×k
 * @param scores Q×k
 * @param labels Q×k classes of the neighbours
 */
record Candidates(
    long[] queries, boolean[] finite, int[] counts, long[] ids, float[] scores, byte[] labels)
    implements Serializable {

  private Candidates(long[] queries, boolean[] finite, int k) {
    this(
        queries,
        finite,
        new int[queries.length],
        new long[queries.length * k],
        new float[queries.length * k],
        new byte[queries.length * k]);
  }

  private Candidates(Block queries, int k) {
    this(queries.ids(), new boolean[queries.rows()], k);
    for (int q = 0; q < finite.length; q++) {
      finite[q] = queries.isFinite(q);
    }
  }

  /** Of one block of the database. */
  static Candidates of(Block queries, Block database, int k, Metric metric, Kernels kernels) {
    int count = queries.rows();
    int dimension = queries.dimension();
    Candidates found = new Candidates(queries, k);
    kernels.run(
        NearestNeighbours.of(
                FeatureMatrix.rows(queries.vectors(), count, dimension),
                FeatureMatrix.rows(database.vectors(), database.rows(), dimension),
                metric,
                k)
            .into(Buffer.of(found.ids), Buffer.of(found.scores)));
    for (int q = 0; q < count; q++) {
      for (int j = q * k; j < (q + 1) * k && found.ids[j] >= 0; j++) {
        int row = (int) found.ids[j];
        found.ids[j] = database.ids()[row];
        found.labels[j] = database.labels()[row];
        found.counts[q]++;
      }
    }
    return found;
  }

  /** Of queries that have none. */
  static Candidates none(Block queries) {
    return new Candidates(queries, 0);
  }

  int k() {
    return ids.length / queries.length;
  }

  /** The best of both, of the same queries among different rows. */
  Candidates merged(Candidates other, Metric metric) {
    if (!Arrays.equals(queries, other.queries)) {
      throw new IllegalStateException("candidates of other queries");
    }
    int k = Math.max(k(), other.k());
    Candidates best = new Candidates(queries, finite, k);
    for (int q = 0; q < queries.length; q++) {
      int mine = q * k();
      int theirs = q * other.k();
      int lastOfMine = mine + counts[q];
      int lastOfTheirs = theirs + other.counts[q];
      while (best.counts[q] < k && (mine < lastOfMine || theirs < lastOfTheirs)) {
        boolean takesMine =
            theirs == lastOfTheirs || (mine < lastOfMine && isBefore(mine, other, theirs, metric));
        best.add(q, takesMine ? this : other, takesMine ? mine++ : theirs++);
      }
    }
    return best;
  }

  private boolean isBefore(int at, Candidates other, int there, Metric metric) {
    int order = Float.compare(scores[at], other.scores[there]);
    if (order == 0) {
      return ids[at] < other.ids[there];
    }
    return switch (metric) {
      case COSINE, INNER_PRODUCT -> order > 0;
      case SQUARED_L2 -> order < 0;
    };
  }

  private void add(int q, Candidates from, int at) {
    int to = q * k() + counts[q]++;
    ids[to] = from.ids[at];
    scores[to] = from.scores[at];
    labels[to] = from.labels[at];
  }
}
