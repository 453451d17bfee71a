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
      Objects.requireNonNull(weighting);
      Objects.requireNonNull(labels);
      Objects.requireNonNull(votes);
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
    Objects.requireNonNull(metric);
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
    long q = queries.count();
    Segments.require(allowed, "allowed", (database.count() + 7) / 8, 1);
    Segments.require(excluded, "excluded", q, 16);
    Segments.require(indices, "indices", q, 8L * k);
    Segments.require(scores, "scores", q, 4L * k);
    if (vote != null) {
      if (vote.weighting() == Weighting.POSITIVE_SCORE && metric == Metric.SQUARED_L2) {
        throw new IllegalArgumentException("POSITIVE_SCORE has no meaning for squared L2");
      }
      Segments.require(
          vote.labels(), "labels", database.count(), vote.soft() ? 4L * vote.classes() : 1);
      Segments.require(vote.votes(), "votes", q, 4L * vote.classes());
    }
  }
}
