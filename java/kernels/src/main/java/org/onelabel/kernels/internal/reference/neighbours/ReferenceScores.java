package org.onelabel.kernels.internal.reference.neighbours;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;
import org.onelabel.kernels.internal.memory.Vectors;
import org.onelabel.kernels.internal.reference.threads.Cancellation;

/** What pairs of a query and a row score in a search; more is better. */
final class ReferenceScores {
  private final Vectors queries;
  private final Vectors database;
  private final NearestNeighbours.Metric metric;
  private final Optional<MemorySegment> allowed;
  private final Optional<MemorySegment> excluded;
  private final Cancellation cancellation;
  private final double[] norms;

  ReferenceScores(
      FeatureMatrix queries,
      FeatureMatrix database,
      NearestNeighbours.Metric metric,
      NearestNeighbours.Filter filter,
      Cancellation cancellation) {
    this.queries = Vectors.of(queries);
    this.database = Vectors.of(database);
    this.metric = metric;
    this.cancellation = cancellation;
    allowed = filter.allowed().map(HostAllocation::segment);
    excluded = filter.excluded().map(HostAllocation::segment);
    norms = new double[Math.toIntExact(database.count())];
    Arrays.setAll(norms, m -> norm(this.database, m));
  }

  long invalidRows() {
    return Arrays.stream(norms).filter(Double::isNaN).count();
  }

  /** The length of a query, NaN if it is not finite. */
  double norm(long query) {
    return norm(queries, query);
  }

  /** NaN where the query of this length, or the row, is not finite, or the row is ruled out. */
  double score(long query, double norm, int row) {
    cancellation.check();
    if (Double.isNaN(norm) || Double.isNaN(norms[row]) || !eligible(query, row)) {
      return Double.NaN;
    }
    return score(query, norm, row, norms[row]);
  }

  private static double norm(Vectors vectors, long n) {
    double square = 0;
    for (long d = 0; d < vectors.matrix().dimension(); d++) {
      square += (double) vectors.at(n, d) * vectors.at(n, d);
    }
    return square <= Float.MAX_VALUE ? Math.sqrt(square) : Double.NaN;
  }

  private boolean eligible(long q, long m) {
    if (allowed.isPresent() && (Segments.getByte(allowed.get(), m >> 3) >> (m & 7) & 1) == 0) {
      return false;
    }
    return excluded.isEmpty()
        || m < Segments.getLong(excluded.get(), 2 * q)
        || m >= Segments.getLong(excluded.get(), 2 * q + 1);
  }

  private double score(long q, double queryNorm, long m, double rowNorm) {
    double dot = 0;
    double distance = 0;
    for (long d = 0; d < queries.matrix().dimension(); d++) {
      double x = queries.at(q, d);
      double y = database.at(m, d);
      dot += x * y;
      distance += (x - y) * (x - y);
    }
    return switch (metric) {
      case COSINE -> queryNorm * rowNorm > 0 ? dot / (queryNorm * rowNorm) : 0;
      case INNER_PRODUCT ->
          Math.abs(dot) < Float.MIN_NORMAL
              ? 0
              : Math.clamp(dot, -Float.MAX_VALUE, (double) Float.MAX_VALUE);
      case SQUARED_L2 ->
          distance < Float.MIN_NORMAL
              ? 0
              : distance >= Float.MAX_VALUE ? Double.NEGATIVE_INFINITY : -distance;
    };
  }
}
