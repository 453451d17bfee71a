package org.onelabel.kernels;

/**
 * Rows that are searched often: what a search makes of them, such as rounded values or the leaves
 * of a tree, is made once and kept. {@link Kernels#database} makes it, without rows; {@link #rows}
 * stand in a search for a matrix. The answers are those of a search in a matrix, to the bit.
 *
 * <pre>{@code
 * try (PreparedDatabase database = kernels.database(2, ElementType.FLOAT32, Metric.SQUARED_L2)) {
 *   database.append(FeatureMatrix.rows(values, 1000, 2));
 *   kernels.run(
 *       NearestNeighbours.of(queries, database.rows(), Metric.SQUARED_L2, 5).indicesInto(indices));
 * }
 * }</pre>
 *
 * <p>It is searched by the kernels that made it, by those that their {@link Kernels#cancellable}
 * gives, and, unless it is CUDA's, by others of the same instruction set. {@link #append} is a call
 * of the kernels that made it.
 *
 * <p>Any number of threads may search it and append to it at once. Its owner closes it, before or
 * after the kernels: closing waits for the calls that use it, and later ones are refused with an
 * {@link IllegalStateException}.
 */
public interface PreparedDatabase extends AutoCloseable {

  /**
   * The rows that are there at a moment; those that are appended later are not among them.
   *
   * @param count how many, the first ones
   */
  record Rows(PreparedDatabase database, long count) implements NearestNeighbours.Database {
    public Rows {
      long there = database.count();
      if (count < 0 || count > there) {
        throw new IllegalArgumentException(
            "the database has %d rows, not %d".formatted(there, count));
      }
    }

    @Override
    public long dimension() {
      return database.dimension();
    }

    @Override
    public ElementType type() {
      return database.type();
    }
  }

  /** Values of a row. */
  long dimension();

  /** How values of rows and queries are stored. */
  ElementType type();

  /** What makes a row near. */
  NearestNeighbours.Metric metric();

  /**
   * Copies rows behind those that are there, which are numbered on. Where this fails the database
   * is as it was.
   *
   * @param rows N×D in ROWS, of the database's type
   */
  void append(FeatureMatrix rows);

  /** How many rows there are now. */
  long count();

  /** The rows that are there now, to search. */
  default Rows rows() {
    return new Rows(this, count());
  }

  /**
   * Refuses what cannot be appended: implementations begin with it.
   *
   * @throws IllegalArgumentException saying why
   */
  default void check(FeatureMatrix rows) {
    CallArrays.requireRows("rows", rows);
    if (rows.dimension() != dimension() || rows.type() != type()) {
      throw new IllegalArgumentException(
          "the database has rows of %d values of %s, not %d of %s"
              .formatted(dimension(), type(), rows.dimension(), rows.type()));
    }
  }

  /** Frees it after the calls that use it; twice is no mistake. */
  @Override
  void close();
}
