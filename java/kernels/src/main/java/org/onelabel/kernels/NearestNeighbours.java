package org.onelabel.kernels;

import java.util.Optional;

/**
 * The k best rows of a database (the reference set) for every query, exact; ties go to the lower
 * index. {@link #of} makes a call without outputs; the other methods give calls with more.
 *
 * @param queries Q×D in ROWS
 * @param database M×D, of the same type; in ROWS, or prepared for this metric
 * @param k 1…1024
 * @param filter which rows may be neighbours
 * @param neighbours where they go
 * @param vote how their labels are summed up
 */
public record NearestNeighbours(
    FeatureMatrix queries,
    Database database,
    Metric metric,
    int k,
    Filter filter,
    Neighbours neighbours,
    Optional<Vote> vote) {

  /** The largest k. */
  public static final int MOST_NEIGHBOURS = 1024;

  /** What makes a neighbour near. */
  public enum Metric {
    /** The cosine of the angle between the vectors; the largest is nearest. */
    COSINE(0),
    /** The inner product; the largest is nearest. */
    INNER_PRODUCT(1),
    /** The squared Euclidean distance; the smallest is nearest. */
    SQUARED_L2(2);

    private final int code;

    Metric(int code) {
      this.code = code;
    }

    /** Its number in {@code onelabel.h}. */
    public int code() {
      return code;
    }
  }

  /** What is searched: rows in memory that someone else owns, or those of a prepared database. */
  public sealed interface Database permits FeatureMatrix, PreparedDatabase.Rows {
    /** How many rows. */
    long count();

    /** Values of a row. */
    long dimension();

    /** How a value is stored. */
    ElementType type();
  }

  /**
   * Which rows may be neighbours.
   *
   * @param allowed bitmap over the database (row i: bit i mod 8 of byte i/8)
   * @param excluded Q×2 int64: rows from…to−1 are no neighbours of the query
   */
  public record Filter(Optional<Buffer> allowed, Optional<Buffer> excluded) {}

  /**
   * Where neighbours go.
   *
   * @param indices Q×k int64 out, −1 where there are fewer than k neighbours
   * @param scores Q×k float32 out, NaN where missing, for squared L2 the distance
   */
  public record Neighbours(Optional<Buffer> indices, Optional<Buffer> scores) {}

  public NearestNeighbours {
    if (k < 1 || k > MOST_NEIGHBOURS) {
      throw new IllegalArgumentException("k is 1 to " + MOST_NEIGHBOURS + ": " + k);
    }
    long q = queries.count();
    long m = database.count();
    CallArrays arrays =
        CallArrays.ofSearch(queries, database, metric, filter)
            .output("indices", neighbours.indices, q, k, 8)
            .output("scores", neighbours.scores, q, k, 4);
    if (vote.isPresent()) {
      check(vote.get(), metric, arrays, q, m);
    }
  }

  private static void check(Vote vote, Metric metric, CallArrays arrays, long q, long m) {
    if (vote.weighting() == Vote.Weighting.POSITIVE_SCORE && metric == Metric.SQUARED_L2) {
      throw new IllegalArgumentException("POSITIVE_SCORE has no meaning for squared L2");
    }
    switch (vote.kind()) {
      case HARD -> arrays.input("labels", vote.labels(), m);
      case SOFT -> arrays.input("labels", vote.labels(), m, vote.classes(), 4);
    }
    arrays.output("votes", vote.votes(), q, vote.classes(), 4);
  }

  /** A search in all rows that writes nothing yet. */
  public static NearestNeighbours of(
      FeatureMatrix queries, Database database, Metric metric, int k) {
    return new NearestNeighbours(
        queries,
        database,
        metric,
        k,
        new Filter(Optional.empty(), Optional.empty()),
        new Neighbours(Optional.empty(), Optional.empty()),
        Optional.empty());
  }

  /** Among the rows whose bit is set alone. */
  public NearestNeighbours allowing(Buffer bitmap) {
    return with(new Filter(Optional.of(bitmap), filter.excluded));
  }

  /** Without a range of rows for every query: Q×2 int64, from…to−1. */
  public NearestNeighbours excluding(Buffer ranges) {
    return with(new Filter(filter.allowed, Optional.of(ranges)));
  }

  /** With a vote of the neighbours' labels. */
  public NearestNeighbours voting(Vote added) {
    return new NearestNeighbours(
        queries, database, metric, k, filter, neighbours, Optional.of(added));
  }

  /** Writes both. */
  public NearestNeighbours into(Buffer indices, Buffer scores) {
    return with(new Neighbours(Optional.of(indices), Optional.of(scores)));
  }

  /** Writes the indices. */
  public NearestNeighbours indicesInto(Buffer indices) {
    return with(new Neighbours(Optional.of(indices), neighbours.scores));
  }

  /** Writes the scores. */
  public NearestNeighbours scoresInto(Buffer scores) {
    return with(new Neighbours(neighbours.indices, Optional.of(scores)));
  }

  private NearestNeighbours with(Filter changed) {
    return new NearestNeighbours(queries, database, metric, k, changed, neighbours, vote);
  }

  private NearestNeighbours with(Neighbours changed) {
    return new NearestNeighbours(queries, database, metric, k, filter, changed, vote);
  }
}
