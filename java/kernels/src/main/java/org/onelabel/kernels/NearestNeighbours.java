package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The k best database rows of every query, exact; ties go to the lower index.
 *
 * @param queries Q×D in ROWS
 * @param database M×D in ROWS, of the same type
 * @param k 1…1024
 * @param allowed bitmap over the database (row i: bit i mod 8 of byte i/8), or null for all
 * @param excluded Q×2 int64: rows from…to−1 are no neighbours of the query; or null
 * @param indices Q×k int64 out, −1 where there are fewer than k neighbours; or null
 * @param scores Q×k float32 out, NaN where missing, for squared L2 the distance; or null
 * @param vote how neighbours' labels are summed up, or null
 */
public record NearestNeighbours(
    FeatureMatrix queries,
    FeatureMatrix database,
    Metric metric,
    int k,
    MemorySegment allowed,
    MemorySegment excluded,
    MemorySegment indices,
    MemorySegment scores,
    Vote vote) {

  /** The largest k. */
  public static final int MOST_NEIGHBOURS = 1024;

  /** What makes a neighbour near. */
  public enum Metric {
    COSINE,
    INNER_PRODUCT,
    SQUARED_L2
  }

  /** The weight of a neighbour's vote. */
  public enum Weighting {
    /** max(0, score); not for squared L2. */
    POSITIVE_SCORE,
    /** softmax(score / temperature) over the neighbours; for squared L2 of minus the distance. */
    SOFTMAX_SCORE
  }

  /**
   * A label vote fused into the search.
   *
   * @param labels M bytes (hard; a class beyond {@code classes} does not vote) or M×classes float32
   *     (soft)
   * @param votes Q×classes float32 out: sums of weights
   */
  public record Vote(
      Weighting weighting,
      float temperature,
      MemorySegment labels,
      boolean soft,
      int classes,
      MemorySegment votes) {

    public Vote {
      Objects.requireNonNull(weighting, "weighting");
      Objects.requireNonNull(labels, "labels");
      Objects.requireNonNull(votes, "votes");
      if (classes < 1 || classes > 255) {
        throw new IllegalArgumentException("classes are 1 to 255: " + classes);
      }
      if (weighting == Weighting.SOFTMAX_SCORE
          && !(temperature > 0 && Float.isFinite(temperature))) {
        throw new IllegalArgumentException("temperature must be positive: " + temperature);
      }
    }
  }

  public NearestNeighbours {
    Objects.requireNonNull(queries, "queries");
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(metric, "metric");
    if (k < 1 || k > MOST_NEIGHBOURS) {
      throw new IllegalArgumentException("k is 1 to " + MOST_NEIGHBOURS + ": " + k);
    }
    if (queries.layout() != FeatureMatrix.Layout.ROWS
        || database.layout() != FeatureMatrix.Layout.ROWS) {
      throw new IllegalArgumentException("queries and database are rows");
    }
    if (queries.dimension() != database.dimension() || queries.type() != database.type()) {
      throw new IllegalArgumentException("queries and database differ in dimension or type");
    }
    if (vote != null
        && vote.weighting() == Weighting.POSITIVE_SCORE
        && metric == Metric.SQUARED_L2) {
      throw new IllegalArgumentException("POSITIVE_SCORE has no meaning for squared L2");
    }
    long q = queries.count();
    long m = database.count();
    Buffers buffers =
        new Buffers()
            .input("queries", queries.data(), queries.bytes())
            .input("database", database.data(), database.bytes())
            .optionalInput("allowed", allowed, m / 8 + (m % 8 == 0 ? 0 : 1))
            .optionalInput("excluded", excluded, q, 16)
            .optionalOutput("indices", indices, q, k, 8)
            .optionalOutput("scores", scores, q, k, 4);
    if (vote != null) {
      if (vote.soft()) {
        buffers.input("labels", vote.labels(), m, vote.classes(), 4);
      } else {
        buffers.input("labels", vote.labels(), m);
      }
      buffers.output("votes", vote.votes(), q, vote.classes(), 4);
    }
  }
}
