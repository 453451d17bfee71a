package org.onelabel.kernels.experiment;

import java.util.Arrays;
import java.util.Optional;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.ElementType;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.RangeSearch;

/** Rows within a radius: counted, and with room for all of them, or for too few. */
final class RangeCase implements CheckedCase {
  private static final int MOST_COMPARED = 200;

  private final RangeSearch call;

  /** Whether rows have any length: then each score has an error of its own. */
  private final boolean edges;

  private long invalid;

  private RangeCase(RangeSearch call, boolean edges) {
    this.call = call;
    this.edges = edges;
  }

  static RangeCase draw(RandomInputs inputs) {
    SearchDraw drawn = inputs.oneIn(20) ? SearchDraw.betweenClumps(inputs) : SearchDraw.of(inputs);
    return of(inputs, drawn.call(), false);
  }

  static RangeCase drawAtEdges(RandomInputs inputs) {
    int dimension = 1 + inputs.below(70);
    int q = 1 + inputs.below(20);
    int m = 1 + inputs.below(120);
    return of(
        inputs,
        NearestNeighbours.of(
            FeatureMatrix.rows(inputs.rowsUpToTheLongest(q, dimension), q, dimension),
            FeatureMatrix.rows(inputs.rowsUpToTheLongest(m, dimension), m, dimension),
            NearestNeighbours.Metric.values()[inputs.below(3)],
            1),
        true);
  }

  /** With the radius that some pair has, or nearly, or all rows; room for no row, some or all. */
  private static RangeCase of(RandomInputs inputs, NearestNeighbours search, boolean edges) {
    int q = (int) search.queries().count();
    int m = (int) search.database().count();
    boolean distance = search.metric() == NearestNeighbours.Metric.SQUARED_L2;
    float radius = 1;
    if (q > 0 && m > 0) {
      double[][] queries = RandomInputs.vectors(search.queries());
      double[] query = queries[inputs.below(q)];
      double[] scores =
          Arrays.stream(RandomInputs.vectors(RandomInputs.matrix(search.database())))
              .mapToDouble(row -> Truth.score(query, row, search.metric()))
              .filter(score -> !Double.isNaN(score))
              .sorted()
              .toArray();
      int rank = inputs.flip() ? Math.min(scores.length, 12) : scores.length;
      if (scores.length > 0) {
        float score = (float) scores[scores.length - 1 - inputs.below(rank)];
        radius = distance ? -score : score;
      }
    }
    if (edges && inputs.flip()) {
      // All rows, also those whose distance float32 does not have.
      radius = distance ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
    }
    int capacity = inputs.pick(0, inputs.below(q * m / 8 + 1), q * m, q * m);
    RangeSearch.Rows rows =
        new RangeSearch.Rows(
            Buffer.of(new long[q + 1]),
            capacity,
            Optional.of(Buffer.of(new long[capacity])),
            Optional.of(Buffer.of(new float[capacity])));
    return new RangeCase(
        new RangeSearch(
            search.queries(), search.database(), search.metric(), radius, search.filter(), rows),
        edges);
  }

  @Override
  public void run(Kernels kernels) {
    invalid = kernels.run(call);
  }

  @Override
  public Outcome compare() {
    Findings findings =
        new Findings(
            "%s, %d × %d × %d, %s, %s, radius %s, room for %d"
                .formatted(
                    edges ? "rows of any length" : "rows",
                    call.queries().count(),
                    call.database().count(),
                    call.queries().dimension(),
                    call.metric(),
                    call.queries().type(),
                    call.radius(),
                    call.rows().capacity()));
    double[][] rows = RandomInputs.vectors(RandomInputs.matrix(call.database()));
    double[][] queries = RandomInputs.vectors(call.queries());
    double[] squares = Arrays.stream(rows).mapToDouble(Truth::square).toArray();
    long expectedInvalid =
        Arrays.stream(squares).filter(Double::isNaN).count()
            + Arrays.stream(queries).filter(v -> Double.isNaN(Truth.square(v))).count();
    findings.require("number of invalid rows", invalid == expectedInvalid);
    findings.require("the first start", start(0) == 0);
    boolean written = start(queries.length) <= call.rows().capacity();
    // All where they are few, else some of them.
    int step = 1 + queries.length / MOST_COMPARED;
    for (int q = 0; q < queries.length; q += step) {
      query(findings, q, queries[q], new Rows(rows, squares), written);
    }
    return findings.outcome();
  }

  private long start(long query) {
    return Values.index(call.rows().starts(), query);
  }

  private record Rows(double[][] values, double[] squares) {}

  /**
   * Holds the rows of a query against all scores; those on the radius may be there or not, where
   * scores are rounded.
   */
  private void query(Findings findings, int q, double[] query, Rows rows, boolean written) {
    double square = Truth.square(query);
    long at = start(q);
    long end = start(q + 1);
    long least = 0;
    long most = 0;
    for (int m = 0; m < rows.values.length; m++) {
      boolean open =
          !Double.isNaN(square)
              && !Double.isNaN(rows.squares[m])
              && SearchDraw.isOpen(call.filter(), q, m);
      double score = open ? Truth.score(query, rows.values[m], call.metric()) : Double.NaN;
      boolean exact = isExact(score);
      double allowed = open && !exact ? allowed(square, rows.squares[m]) : 0;
      boolean distance = call.metric() == NearestNeighbours.Metric.SQUARED_L2;
      double inside = distance ? call.radius() + score : score - call.radius();
      // Two infinities are equal.
      boolean equal = score == (distance ? -call.radius() : call.radius());
      boolean surely = open && (equal ? exact || Double.isInfinite(score) : inside > allowed);
      boolean perhaps = open && (equal || inside >= -allowed);
      least += surely ? 1 : 0;
      most += perhaps ? 1 : 0;
      if (!written) {
        continue;
      }
      boolean there = at < end && Values.index(call.rows().indices().orElseThrow(), at) == m;
      findings.require("a row within the radius", there || !surely);
      findings.require("a row beyond the radius", !there || perhaps);
      if (there) {
        float given = Values.number(call.rows().scores().orElseThrow(), at++);
        findings.near("score of a row", distance ? -given : given, score, allowed);
      }
    }
    findings.require("the order of the rows, and no other", !written || at == end);
    findings.require("the number of rows", least <= end - start(q) && end - start(q) <= most);
  }

  /** Whether a score is a sum of whole numbers that float32 has, also where the sum is parted. */
  private boolean isExact(double score) {
    return call.queries().type() == ElementType.INT8
        && call.metric() != NearestNeighbours.Metric.COSINE
        && Math.abs(score) < 1 << 24;
  }

  /** What rounding may change in a score. */
  private double allowed(double square, double other) {
    // Just below the least number that counts a score may be that number or 0.
    double least = edges ? 1.001 * Float.MIN_NORMAL : 1e-30;
    return switch (call.metric()) {
      case COSINE -> Findings.TOLERANCE;
      case INNER_PRODUCT -> Findings.TOLERANCE * Math.sqrt(square) * Math.sqrt(other) + least;
      case SQUARED_L2 -> 2 * Findings.TOLERANCE * (square + other) + least;
    };
  }
}
