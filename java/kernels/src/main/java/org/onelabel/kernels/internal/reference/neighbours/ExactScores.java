package org.onelabel.kernels.internal.reference.neighbours;

import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.internal.reference.lanes.VectorReader;

/** The scores of a query and single rows: sums in float64, in the order of the dimensions. */
final class ExactScores {
  /** Rows that are summed up beside each other: one sum waits for itself. */
  private static final int TOGETHER = 4;

  private final NearestNeighbours call;
  private final VectorReader queries;
  private final VectorReader database;
  private final float[] values;
  private final double[] query;
  private final float[] rows;
  private final double[] sums = new double[TOGETHER];
  private final double[] squares = new double[TOGETHER];
  private double queryLength;

  ExactScores(NearestNeighbours call, FeatureMatrix matrix) {
    this.call = call;
    queries = new VectorReader(call.queries());
    database = new VectorReader(matrix);
    int dimension = Math.toIntExact(call.queries().dimension());
    values = new float[dimension];
    query = new double[dimension];
    rows = new float[TOGETHER * dimension];
  }

  /** Makes {@code q} the query; returns its length, NaN where it is not finite. */
  double take(long q) {
    queries.row(q, values, 0);
    double square = 0;
    for (int d = 0; d < query.length; d++) {
      query[d] = values[d];
      square += query[d] * query[d];
    }
    queryLength = square <= Float.MAX_VALUE ? Math.sqrt(square) : Double.NaN;
    return queryLength;
  }

  /** Values of the query, each divided by {@code scale}. */
  void writeQuery(float[] to, double scale) {
    for (int d = 0; d < query.length; d++) {
      to[d] = (float) (scale == 0 ? 0 : query[d] / scale);
    }
  }

  /** Scores of {@code count} rows, which are finite; of distances minus the distance. */
  void score(int[] numbers, int at, int count, double[] scores) {
    for (int i = 0; i < count; i += TOGETHER) {
      int together = Math.min(TOGETHER, count - i);
      for (int r = 0; r < together; r++) {
        database.row(numbers[at + i + r], rows, r * query.length);
      }
      switch (call.metric()) {
        case COSINE -> {
          addProducts();
          addSquares();
        }
        case INNER_PRODUCT -> addProducts();
        case SQUARED_L2 -> addDistances();
      }
      for (int r = 0; r < together; r++) {
        scores[i + r] = finish(sums[r], squares[r]);
      }
    }
  }

  private double finish(double sum, double square) {
    return switch (call.metric()) {
      case COSINE -> {
        double product = queryLength * Math.sqrt(square);
        yield product > 0 ? sum / product : 0;
      }
      case INNER_PRODUCT ->
          Math.abs(sum) < Float.MIN_NORMAL
              ? 0
              : Math.clamp(sum, -Float.MAX_VALUE, (double) Float.MAX_VALUE);
      case SQUARED_L2 ->
          sum < Float.MIN_NORMAL ? 0 : sum >= Float.MAX_VALUE ? Double.NEGATIVE_INFINITY : -sum;
    };
  }

  private void addProducts() {
    int n = query.length;
    double a = 0;
    double b = 0;
    double c = 0;
    double e = 0;
    for (int d = 0; d < n; d++) {
      double x = query[d];
      a += x * rows[d];
      b += x * rows[n + d];
      c += x * rows[2 * n + d];
      e += x * rows[3 * n + d];
    }
    put(sums, a, b, c, e);
  }

  private void addSquares() {
    int n = query.length;
    double a = 0;
    double b = 0;
    double c = 0;
    double e = 0;
    for (int d = 0; d < n; d++) {
      a += (double) rows[d] * rows[d];
      b += (double) rows[n + d] * rows[n + d];
      c += (double) rows[2 * n + d] * rows[2 * n + d];
      e += (double) rows[3 * n + d] * rows[3 * n + d];
    }
    put(squares, a, b, c, e);
  }

  private void addDistances() {
    int n = query.length;
    double a = 0;
    double b = 0;
    double c = 0;
    double e = 0;
    for (int d = 0; d < n; d++) {
      double x = query[d];
      double ya = x - rows[d];
      double yb = x - rows[n + d];
      double yc = x - rows[2 * n + d];
      double ye = x - rows[3 * n + d];
      a += ya * ya;
      b += yb * yb;
      c += yc * yc;
      e += ye * ye;
    }
    put(sums, a, b, c, e);
  }

  private static void put(double[] to, double a, double b, double c, double e) {
    to[0] = a;
    to[1] = b;
    to[2] = c;
    to[3] = e;
  }
}
