package org.onelabel.kernels.experiment;

import java.util.Optional;
import java.util.stream.IntStream;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.ElementType;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.Vote;

/**
 * A random search.
 *
 * @param call without outputs
 * @param originals the row that each row is a copy of, itself if of none
 */
record SearchDraw(NearestNeighbours call, int[] originals) {

  static SearchDraw of(RandomInputs inputs) {
    NearestNeighbours.Metric metric = NearestNeighbours.Metric.values()[inputs.below(3)];
    int k = 1 + inputs.below(inputs.oneIn(8) ? 200 : 20);
    if (inputs.oneIn(4)) {
      // Few neighbours of many rows: for more a filter does not pay.
      return of(inputs, hardToFilter(inputs), metric, 1 + inputs.below(3));
    }
    if (inputs.oneIn(40)) {
      return betweenClumps(inputs);
    }
    int q = inputs.pick(0, 1, 5, 49, 130);
    int m = inputs.size();
    int dimension = inputs.dimension();
    if (inputs.oneIn(40)) {
      // Enough for a search in leaves.
      q = 1030;
      m = 2200;
      dimension = 1 + inputs.below(8);
      metric = NearestNeighbours.Metric.SQUARED_L2;
    } else if (inputs.oneIn(20)) {
      q = 3;
      m = 1200;
      k = NearestNeighbours.MOST_NEIGHBOURS - inputs.below(400);
    } else if (inputs.oneIn(20)) {
      // Few queries, and rows enough for several threads to share.
      q = 1 + inputs.below(4);
      m = 9000;
      dimension = 1 + inputs.below(8);
    }
    ElementType type = inputs.type();
    FeatureMatrix queries = inputs.matrix(q, dimension, FeatureMatrix.Layout.ROWS, type);
    FeatureMatrix database = inputs.matrix(m, dimension, FeatureMatrix.Layout.ROWS, type);
    int[] originals = inputs.duplicateRows(database);
    return new SearchDraw(
        filtered(inputs, NearestNeighbours.of(queries, database, metric, k)), originals);
  }

  /** For a search in leaves, which lie in another order than their rows. */
  static SearchDraw betweenClumps(RandomInputs inputs) {
    HardSearch hard = HardSearch.betweenClumps(inputs, 1030, 2200, 1 + inputs.below(3));
    return of(inputs, hard, NearestNeighbours.Metric.SQUARED_L2, 1 + inputs.below(12));
  }

  /** For a filter that works on rounded numbers: each kind of rounding, and the largest sums. */
  private static HardSearch hardToFilter(RandomInputs inputs) {
    HardSearch.Rounding[] roundings = HardSearch.Rounding.values();
    int queries = 5 + inputs.below(50);
    int kind = inputs.below(roundings.length + 1);
    return kind < roundings.length
        ? HardSearch.roundedAtWorst(inputs, queries, 800, inputs.flip(), roundings[kind])
        : HardSearch.largestSums(inputs, queries, 800, inputs.pick(66, 256, 384));
  }

  private static SearchDraw of(
      RandomInputs inputs, HardSearch hard, NearestNeighbours.Metric metric, int k) {
    return new SearchDraw(
        filtered(inputs, NearestNeighbours.of(hard.queries(), hard.database(), metric, k)),
        IntStream.range(0, (int) hard.database().count()).toArray());
  }

  /** A third of the searches may not go everywhere. */
  private static NearestNeighbours filtered(RandomInputs inputs, NearestNeighbours all) {
    int m = (int) all.database().count();
    boolean limited = inputs.oneIn(3);
    byte[] allowed = new byte[(m + 7) / 8];
    inputs.random().nextBytes(allowed);
    long[] excluded = inputs.random().longs(2 * all.queries().count(), 0, m + 1).toArray();
    return limited ? all.allowing(Buffer.of(allowed)).excluding(Buffer.of(excluded)) : all;
  }

  /** The search with room for neighbours, and three times out of four a vote. */
  NearestNeighbours withOutputs(RandomInputs inputs) {
    int q = (int) call.queries().count();
    int m = (int) call.database().count();
    int classes = inputs.oneIn(8) ? 130 + inputs.below(126) : 1 + inputs.below(5);
    boolean soft = inputs.flip();
    byte[] labels = new byte[m];
    for (int i = 0; i < m; i++) {
      labels[i] = (byte) (inputs.oneIn(9) ? inputs.below(256) : inputs.below(classes));
    }
    float[] shares = new float[soft ? m * classes : 0];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = inputs.random().nextFloat();
    }
    boolean softmax = call.metric() == NearestNeighbours.Metric.SQUARED_L2 || inputs.flip();
    float temperature = (float) inputs.scale(-1, 4);
    Buffer votes = Buffer.of(new float[q * classes]);
    NearestNeighbours search =
        call.into(Buffer.of(new long[q * call.k()]), Buffer.of(new float[q * call.k()]));
    if (inputs.oneIn(4)) {
      return search;
    }
    Vote vote =
        soft
            ? Vote.soft(Buffer.of(shares), classes, votes)
            : Vote.hard(Buffer.of(labels), classes, votes);
    return search.voting(softmax ? vote.bySoftmax(temperature) : vote);
  }

  /** Whether a row may be a neighbour of a query, by the filter alone. */
  static boolean isOpen(NearestNeighbours.Filter filter, long query, long row) {
    Optional<Buffer> allowed = filter.allowed();
    Optional<Buffer> excluded = filter.excluded();
    return (allowed.isEmpty() || (Values.label(allowed.get(), row >> 3) >> (row & 7) & 1) != 0)
        && (excluded.isEmpty()
            || row < Values.index(excluded.get(), 2 * query)
            || row >= Values.index(excluded.get(), 2 * query + 1));
  }
}
