package org.onelabel.kernels.experiment;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.Vote;
import org.onelabel.kernels.internal.memory.HostAllocation;

/** Nearest neighbours, and their vote. */
final class NeighboursCase implements KernelCase {
  private static final int SAMPLES = 24;

  private final NearestNeighbours call;
  private final int[] originals;

  /** Whether rows have any length: then each score has an error of its own, votes of any size. */
  private final boolean edges;

  private long invalid;

  private NeighboursCase(NearestNeighbours call, int[] originals, boolean edges) {
    this.call = call;
    this.originals = originals;
    this.edges = edges;
  }

  static NeighboursCase of(Workload.Neighbours work, Buffer queries, Buffer database, Arena arena) {
    long found = (long) work.queries() * work.k();
    return new NeighboursCase(
        NearestNeighbours.of(
                FeatureMatrix.rows(queries, work.queries(), work.dimension()),
                FeatureMatrix.rows(database, work.database(), work.dimension()),
                work.metric(),
                work.k())
            .into(
                Buffer.of(arena.allocate(ValueLayout.JAVA_LONG, found)),
                Buffer.of(arena.allocate(ValueLayout.JAVA_FLOAT, found))),
        IntStream.range(0, work.database()).toArray(),
        false);
  }

  static NeighboursCase draw(RandomInputs inputs) {
    SearchDraw drawn = SearchDraw.of(inputs);
    return new NeighboursCase(drawn.withOutputs(inputs), drawn.originals(), false);
  }

  static NeighboursCase drawAtEdges(RandomInputs inputs) {
    int q = 1 + inputs.below(20);
    int m = 1 + inputs.below(120);
    int dimension = 1 + inputs.below(70);
    int k = 1 + inputs.below(6);
    NearestNeighbours.Metric metric = NearestNeighbours.Metric.values()[inputs.below(3)];
    float[] queries = inputs.rowsUpToTheLongest(q, dimension);
    float[] database = inputs.rowsUpToTheLongest(m, dimension);
    float[] shares = inputs.normal(2 * m, 1);
    for (int i = 0; i < shares.length; i++) {
      shares[i] = inputs.oneIn(8) ? Float.NaN : shares[i];
    }
    float temperature = Math.max((float) inputs.anyScale(), Float.MIN_VALUE);
    byte[] labels = new byte[m];
    for (int i = 1; i < m; i += 2) {
      labels[i] = 1;
    }
    Buffer votes = Buffer.of(new float[2 * q]);
    Vote vote =
        inputs.oneIn(2)
            ? Vote.soft(Buffer.of(shares), 2, votes)
            : Vote.hard(Buffer.of(labels), 2, votes);
    return new NeighboursCase(
        NearestNeighbours.of(
                FeatureMatrix.rows(queries, q, dimension),
                FeatureMatrix.rows(database, m, dimension),
                metric,
                k)
            .into(Buffer.of(new long[q * k]), Buffer.of(new float[q * k]))
            .voting(vote.bySoftmax(temperature)),
        IntStream.range(0, m).toArray(),
        true);
  }

  /** The search itself, in a matrix. */
  NearestNeighbours call() {
    return call;
  }

  @Override
  public Workload workload() {
    FeatureMatrix q = call.queries();
    return new Workload.Neighbours(
        (int) q.count(),
        (int) call.database().count(),
        (int) q.dimension(),
        call.k(),
        call.metric());
  }

  @Override
  public void run(Kernels kernels) {
    invalid = kernels.run(call);
  }

  @Override
  public float[] found() {
    return HostAllocation.segment(call.neighbours().scores().orElseThrow())
        .toArray(ValueLayout.JAVA_FLOAT);
  }

  @Override
  public Outcome compare() {
    Findings findings =
        new Findings(
            "%s, %s, %s"
                .formatted(
                    edges ? "rows of any length" : "rows",
                    workload().shape(),
                    call.queries().type()));
    double[][] queries = RandomInputs.vectors(call.queries());
    double[][] rows = RandomInputs.vectors(RandomInputs.matrix(call.database()));
    double[] squares = Arrays.stream(rows).mapToDouble(Truth::square).toArray();
    long expectedInvalid = Arrays.stream(squares).filter(Double::isNaN).count();
    int q = queries.length;
    for (int i = 0; i < q; i++) {
      double square = Truth.square(queries[i]);
      expectedInvalid += Double.isNaN(square) ? 1 : 0;
      // Two dozen queries, those that are odd among them; all where few dimensions make it cheap.
      boolean sample =
          i == 0
              || (long) i * SAMPLES / q != (i - 1L) * SAMPLES / q
              || (queries[i].length < 4 && (long) q * rows.length < 3_000_000);
      if (sample || !(square > 0)) {
        compare(findings, i, new Scores(queries[i], square, rows, squares));
      }
    }
    findings.require("number of invalid rows", invalid == expectedInvalid);
    return findings.outcome();
  }

  /** What all rows score for a query, and the error allowed. */
  private record Scores(double[] query, double square, double[][] rows, double[] squares) {
    boolean isValid() {
      return !Double.isNaN(square);
    }

    /** NaN: nobody's neighbour. */
    double[] expected(NearestNeighbours call, int at) {
      double[] expected = new double[rows.length];
      for (int r = 0; r < rows.length; r++) {
        boolean open =
            isValid() && !Double.isNaN(squares[r]) && SearchDraw.isOpen(call.filter(), at, r);
        expected[r] = open ? Truth.score(query, rows[r], call.metric()) : Double.NaN;
      }
      return expected;
    }

    /** Of the longest row that is a neighbour's. */
    double[] allowed(NearestNeighbours.Metric metric, double[] expected) {
      double longest = 0;
      for (int r = 0; r < rows.length; r++) {
        longest = Double.isNaN(expected[r]) ? longest : Math.max(longest, squares[r]);
      }
      double scale =
          switch (metric) {
            case COSINE -> 1;
            case INNER_PRODUCT -> Math.sqrt(square * longest);
            case SQUARED_L2 -> square + longest + 2 * Math.sqrt(square * longest);
          };
      double[] allowed = new double[rows.length];
      Arrays.fill(allowed, Findings.TOLERANCE * Math.max(scale, 1e-30));
      return allowed;
    }

    /** Of each row its own. */
    double[] allowedEach(NearestNeighbours.Metric metric) {
      // Just below the least number that counts a score may be that number or 0.
      double least = 1.001 * Float.MIN_NORMAL;
      return Arrays.stream(squares)
          .map(
              other ->
                  switch (metric) {
                    case COSINE -> Findings.TOLERANCE;
                    case INNER_PRODUCT ->
                        Findings.TOLERANCE * Math.sqrt(square) * Math.sqrt(other) + least;
                    case SQUARED_L2 -> 2 * Findings.TOLERANCE * (square + other) + least;
                  })
          .toArray();
    }
  }

  private void compare(Findings findings, int query, Scores scores) {
    double[] expected = scores.expected(call, query);
    double[] allowed =
        edges ? scores.allowedEach(call.metric()) : scores.allowed(call.metric(), expected);
    double[] found = list(findings, query, expected, allowed);
    if (call.vote().isEmpty()) {
      return;
    }
    Vote vote = call.vote().get();
    if (edges) {
      float sum = 0;
      for (int c = 0; c < vote.classes(); c++) {
        float given = Values.number(vote.votes(), (long) query * vote.classes() + c);
        findings.require("vote of an invalid query", scores.isValid() || Float.isNaN(given));
        sum += given;
      }
      if (vote.kind() == Vote.LabelKind.HARD && scores.isValid() && found.length > 0) {
        findings.near("sum of votes", sum, 1, 1e-5);
      }
      return;
    }
    votes(findings, query, vote, found, scores.isValid());
  }

  /** Holds the votes of a query against those of the neighbours that were found. */
  private void votes(Findings findings, int query, Vote vote, double[] found, boolean valid) {
    Buffer indices = call.neighbours().indices().orElseThrow();
    double[] wanted =
        Truth.votes(
            found,
            vote,
            (j, c) -> {
              long row = Values.index(indices, (long) query * call.k() + j);
              return switch (vote.kind()) {
                case SOFT -> Values.number(vote.labels(), row * vote.classes() + c);
                case HARD -> Values.label(vote.labels(), row) == c ? 1 : 0;
              };
            });
    // What rounding a score to float32 changes in a weight.
    double rounding =
        vote.weighting() == Vote.Weighting.SOFTMAX_SCORE && valid && found.length > 0
            ? Math.abs(found[found.length - 1]) / vote.temperature() * 2.4e-7
            : 0;
    for (int c = 0; c < vote.classes(); c++) {
      double allowed = (2e-5 + rounding) * Math.max(1, wanted[c]);
      float given = Values.number(vote.votes(), (long) query * vote.classes() + c);
      findings.near("vote", given, valid ? wanted[c] : Double.NaN, allowed);
    }
  }

  /**
   * Holds the list of a query against all rows' scores.
   *
   * @return the scores as they were given, more is better
   */
  private double[] list(Findings findings, int query, double[] expected, double[] allowed) {
    Buffer indices = call.neighbours().indices().orElseThrow();
    Buffer scores = call.neighbours().scores().orElseThrow();
    double[] order =
        Arrays.stream(expected).filter(s -> !Double.isNaN(s)).map(s -> -s).sorted().toArray();
    int there = Math.min(call.k(), order.length);
    double[] found = new double[there];
    boolean[] taken = new boolean[expected.length];
    int before = -1;
    for (int j = 0; j < call.k(); j++) {
      long at = (long) query * call.k() + j;
      long index = Values.index(indices, at);
      float score = Values.number(scores, at);
      if (j >= there) {
        findings.require("a missing neighbour", index == -1 && Float.isNaN(score));
        continue;
      }
      if (index < 0
          || index >= expected.length
          || taken[(int) index]
          || Double.isNaN(expected[(int) index])) {
        findings.require("a neighbour's index", false);
        return new double[0];
      }
      int row = (int) index;
      taken[row] = true;
      found[j] = call.metric() == NearestNeighbours.Metric.SQUARED_L2 ? -score : score;
      findings.near("score of a row", found[j], expected[row], allowed[row]);
      double places = edges ? 3 : 2;
      findings.near("score at a rank", expected[row], -order[j], places * allowed[row]);
      if (j > 0) {
        findings.require("order", found[j] <= found[j - 1]);
        boolean tie = found[j] == found[j - 1] && (edges || expected[row] == expected[before]);
        findings.require("order of a tie", !tie || before < row);
      }
      before = row;
    }
    // Of rows that are the same the first are taken.
    boolean[] leftOut = new boolean[expected.length];
    for (int r = 0; r < expected.length; r++) {
      int original = originals[r];
      findings.require("the first of a tie", !taken[r] || !leftOut[original]);
      leftOut[original] |= !taken[r] && !Double.isNaN(expected[r]);
    }
    return found;
  }
}
