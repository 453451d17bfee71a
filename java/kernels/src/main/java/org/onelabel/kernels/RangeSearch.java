package org.onelabel.kernels;

import java.util.Objects;
import java.util.Optional;

/**
 * All rows of a database within a radius of every query, exact; of each query the lower index
 * first. How many there are is not known before: {@link #of} makes a call that counts them, {@link
 * #into} one that writes them where there is room for all.
 *
 * @param queries Q×D in ROWS
 * @param database M×D, of the same type; in ROWS, or prepared for this metric
 * @param radius for squared L2 the largest distance, else the smallest score; not NaN
 * @param filter which rows may be found
 * @param rows where they go
 */
public record RangeSearch(
    FeatureMatrix queries,
    NearestNeighbours.Database database,
    NearestNeighbours.Metric metric,
    float radius,
    NearestNeighbours.Filter filter,
    Rows rows) {

  /**
   * Where rows go.
   *
   * @param starts Q+1 int64 out: the rows of query i are number starts[i]…starts[i+1]−1, and the
   *     last one says how many there are in all
   * @param capacity how many rows there is room for; where there are more, none is written
   * @param indices int64 out
   * @param scores float32 out, for squared L2 the distance
   */
  public record Rows(
      Buffer starts, long capacity, Optional<Buffer> indices, Optional<Buffer> scores) {
    public Rows {
      Objects.requireNonNull(starts, "starts");
      if (capacity < 0) {
        throw new IllegalArgumentException("negative capacity: " + capacity);
      }
    }
  }

  public RangeSearch {
    if (Float.isNaN(radius)) {
      throw new IllegalArgumentException("the radius is not a number");
    }
    CallArrays arrays = CallArrays.ofSearch(queries, database, metric, filter);
    arrays
        .output("starts", rows.starts, Math.addExact(queries.count(), 1), 8)
        .output("indices", rows.indices, rows.capacity, 8)
        .output("scores", rows.scores, rows.capacity, 4);
  }

  /** A search in all rows that counts them. */
  public static RangeSearch of(
      FeatureMatrix queries,
      NearestNeighbours.Database database,
      NearestNeighbours.Metric metric,
      float radius,
      Buffer starts) {
    return new RangeSearch(
        queries,
        database,
        metric,
        radius,
        new NearestNeighbours.Filter(Optional.empty(), Optional.empty()),
        new Rows(starts, 0, Optional.empty(), Optional.empty()));
  }

  /** Among the rows whose bit is set alone. */
  public RangeSearch allowing(Buffer bitmap) {
    return with(new NearestNeighbours.Filter(Optional.of(bitmap), filter.excluded()));
  }

  /** Without a range of rows for every query: Q×2 int64, from…to−1. */
  public RangeSearch excluding(Buffer ranges) {
    return with(new NearestNeighbours.Filter(filter.allowed(), Optional.of(ranges)));
  }

  /** Writes the rows too, where they are {@code capacity} at most. */
  public RangeSearch into(long capacity, Buffer indices, Buffer scores) {
    return new RangeSearch(
        queries,
        database,
        metric,
        radius,
        filter,
        new Rows(rows.starts, capacity, Optional.of(indices), Optional.of(scores)));
  }

  private RangeSearch with(NearestNeighbours.Filter changed) {
    return new RangeSearch(queries, database, metric, radius, changed, rows);
  }
}
