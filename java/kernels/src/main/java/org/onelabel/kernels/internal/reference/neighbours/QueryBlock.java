package org.onelabel.kernels.internal.reference.neighbours;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;
import org.onelabel.kernels.internal.reference.lanes.Lanes;
import org.onelabel.kernels.internal.reference.threads.Cancellation;

/**
 * Some queries, past which database rows stream, tile by tile. Sums in float32 say which rows may
 * be among the best; their distance from the exact scores is bounded.
 */
final class QueryBlock {
  /** Of more dimensions, or longer vectors, sums in float32 say nothing. */
  private static final int MOST_DIMENSIONS = 1 << 18;

  private static final double MOST_SQUARE = 1e37;

  private final NearestNeighbours call;
  private final Cancellation cancellation;
  private final long first;
  private final int count;
  private final Optional<MemorySegment> allowed;
  private final Optional<MemorySegment> excluded;
  private final ExactScores scorer;
  private final float[][] queries;
  private final double[] lengths;
  private final Shortlist shortlist;
  private final float[] scores;
  private final float[] others;
  private final int[] one = new int[1];
  private final double[] exact = new double[1];
  private double longest;
  private long invalidRows;

  /** {@code count} queries from {@code first} on, for tiles of {@code width} rows of a matrix. */
  QueryBlock(
      NearestNeighbours call,
      FeatureMatrix matrix,
      long first,
      int count,
      int width,
      Cancellation cancellation) {
    this.call = call;
    this.cancellation = cancellation;
    this.first = first;
    this.count = count;
    allowed = call.filter().allowed().map(HostAllocation::segment);
    excluded = call.filter().excluded().map(HostAllocation::segment);
    scorer = new ExactScores(call, matrix);
    shortlist = new Shortlist(count, call.k());
    lengths = new double[count];
    queries = new float[count][Lanes.padded((int) call.queries().dimension())];
    scores = new float[width];
    others = new float[width];
    for (int q = 0; q < count; q++) {
      lengths[q] = scorer.take(first + q);
      scorer.writeQuery(queries[q], call.metric() == Metric.COSINE ? lengths[q] : 1);
    }
  }

  /** Looks at rows {@code from}…{@code end} − 1. */
  void scan(RowReader reader, RowTile tile, long from, long end) {
    for (long at = from; at < end; at += tile.count) {
      cancellation.check();
      invalidRows += reader.read(tile, at, end);
      longest = Math.max(longest, tile.longest);
      for (int q = 0; q < count; q += 2) {
        int other = Math.min(q + 1, count - 1);
        sum(tile, queries[q], queries[other]);
        collect(q, tile, scores);
        if (other > q) {
          collect(other, tile, others);
        }
      }
    }
  }

  /** Looks at the leaves that may have neighbours, the nearest first, for squared distances. */
  void visit(Leaves leaves) {
    longest = leaves.longest();
    double[] distances = new double[leaves.count()];
    long[] keys = new long[leaves.count()];
    for (int q = 0; q < count; q++) {
      cancellation.check();
      if (Double.isNaN(lengths[q])) {
        continue;
      }
      leaves.sort(queries[q], distances, keys);
      ScoreError error = error(q);
      for (long key : keys) {
        if (-Leaves.distance(key) < shortlist.limit(q, error)) {
          break;
        }
        RowTile tile = leaves.tile(Leaves.leaf(key));
        Arrays.fill(scores, 0);
        subtractDistances(tile, queries[q], scores);
        collect(q, tile, scores);
      }
    }
  }

  /** Sums of two queries with the rows. */
  private void sum(RowTile tile, float[] query, float[] other) {
    Arrays.fill(scores, 0);
    Arrays.fill(others, 0);
    if (call.metric() == Metric.SQUARED_L2) {
      subtractDistances(tile, query, scores);
      subtractDistances(tile, other, others);
    } else {
      for (int d = 0; d < query.length; d += 4) {
        Lanes.addProducts(scores, others, tile.values, query, other, d);
      }
    }
  }

  private static void subtractDistances(RowTile tile, float[] query, float[] sums) {
    for (int d = 0; d < query.length; d += 4) {
      Lanes.subtractDistances(sums, tile.values, query, d);
    }
  }

  private void collect(int query, RowTile tile, float[] sums) {
    if (Double.isNaN(lengths[query])) {
      return;
    }
    ScoreError error = error(query);
    if (!sumsAreUseful(query, tile.longest)) {
      collectExactly(query, tile, error);
      return;
    }
    float limit = shortlist.limit(query, error);
    for (int j = 0; j < tile.count; j++) {
      if (sums[j] >= limit && !Double.isNaN(tile.lengths[j])) {
        int row = tile.rows[j];
        if (isEligible(query, row)) {
          shortlist.offer(query, row, sums[j], error, scorer, first + query);
          limit = shortlist.limit(query, error);
        }
      }
    }
  }

  private void collectExactly(int query, RowTile tile, ScoreError error) {
    scorer.take(first + query);
    for (int j = 0; j < tile.count; j++) {
      int row = tile.rows[j];
      if (!Double.isNaN(tile.lengths[j]) && isEligible(query, row)) {
        one[0] = row;
        scorer.score(one, 0, 1, exact);
        float score = (float) exact[0];
        if (score >= shortlist.limit(query, error)) {
          shortlist.offer(query, row, score, error, scorer, first + query);
        }
      }
    }
  }

  private boolean sumsAreUseful(int query, double longestRow) {
    double length = lengths[query];
    return call.queries().dimension() <= MOST_DIMENSIONS
        && switch (call.metric()) {
          case COSINE -> true;
          case INNER_PRODUCT -> length * longestRow < MOST_SQUARE;
          case SQUARED_L2 -> (length + longestRow) * (length + longestRow) < MOST_SQUARE;
        };
  }

  /**
   * What sums in float32 may be wrong by: each operand and each operation is rounded once, and what
   * is below the least normal number may be lost. A sum of D products is rounded D times.
   */
  private ScoreError error(int query) {
    double dimension = call.queries().dimension();
    double rounding = (dimension + 8) * ScoreError.ROUNDING;
    double lost = (dimension + 2) * Float.MIN_NORMAL;
    return switch (call.metric()) {
      case COSINE -> new ScoreError(rounding + lost, 0);
      case INNER_PRODUCT -> new ScoreError(rounding * lengths[query] * longest + lost, 0);
      case SQUARED_L2 -> new ScoreError(lost, rounding);
    };
  }

  private boolean isEligible(int query, int row) {
    if (allowed.isPresent() && (Segments.getByte(allowed.get(), row >> 3) >> (row & 7) & 1) == 0) {
      return false;
    }
    long q = first + query;
    return excluded.isEmpty()
        || row < Segments.getLong(excluded.get(), 2 * q)
        || row >= Segments.getLong(excluded.get(), 2 * q + 1);
  }

  /** Takes what another block found for the same queries in other rows. */
  void add(QueryBlock block) {
    longest = Math.max(longest, block.longest);
    invalidRows += block.invalidRows;
    for (int q = 0; q < count; q++) {
      shortlist.addAll(q, block.shortlist, error(q), scorer, first + q);
    }
  }

  /** Database rows that are not finite. */
  long invalidRows() {
    return invalidRows;
  }

  /** Writes the neighbours and their votes; returns how many queries are not finite. */
  int finish() {
    int invalid = 0;
    NeighbourOutput output = new NeighbourOutput(call);
    double[] best = new double[call.k()];
    int[] rows = new int[call.k()];
    for (int q = 0; q < count; q++) {
      if (Double.isNaN(lengths[q])) {
        invalid++;
        output.writeInvalid(first + q);
      } else {
        scorer.take(first + q);
        int found = shortlist.finish(q, error(q), scorer, best, rows);
        output.write(first + q, best, rows, found);
      }
    }
    return invalid;
  }
}
