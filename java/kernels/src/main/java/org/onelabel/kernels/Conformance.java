package org.onelabel.kernels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The suite every implementation has to pass: random shapes, strides, types and values — awkward
 * sizes, ties, zero vectors and NaN among them — against float64 arithmetic written here, apart
 * from any implementation. Every third case lies at the edges of float32 ({@link
 * ContractConformance}).
 */
public final class Conformance {
  private static final int[] SIZES = {0, 1, 2, 13, 64, 207, 513, 702};
  private static final int[] DIMENSIONS = {0, 1, 3, 16, 24, 31, 64, 130, 384};
  private static final double TOLERANCE = 2e-6;
  private static final int NO_LABEL = 255;

  /**
   * How one kernel did.
   *
   * @param worst the largest error, as a multiple of what is allowed
   * @param failure the first case that failed, empty if none did
   */
  public record Result(String kernel, int cases, int failed, double worst, String failure) {}

  private final Kernels kernels;
  private final SplittableRandom random;
  private final RandomInputs inputs;

  private Conformance(Kernels kernels, SplittableRandom random) {
    this.kernels = kernels;
    this.random = random;
    inputs = new RandomInputs(random);
  }

  /** Runs {@code cases} random cases of each kernel. */
  public static List<Result> run(Kernels kernels, long seed, int cases) {
    return run(kernels, seed, cases, Arrays.stream(Check.values()).map(c -> c.title).toList());
  }

  /** The same of the kernels that are named alone. */
  public static List<Result> run(Kernels kernels, long seed, int cases, Collection<String> names) {
    List<Result> results = new ArrayList<>();
    for (Check check : Check.values()) {
      if (!names.contains(check.title)) {
        continue;
      }
      Conformance suite = new Conformance(kernels, new SplittableRandom(seed + check.ordinal()));
      ContractConformance edges = new ContractConformance(kernels, seed + check.ordinal());
      int failed = 0;
      double worst = 0;
      String failure = "";
      for (int i = 0; i < cases; i++) {
        Outcome outcome = i % 3 == 2 ? check.edges.run(edges) : check.runner.run(suite);
        // A NaN error is a failure, too.
        if (!(outcome.error <= 1)) {
          failed++;
          failure = failure.isEmpty() ? "case " + i + ": " + outcome.what : failure;
        }
        worst = Double.isNaN(outcome.error) ? Double.NaN : Math.max(worst, outcome.error);
      }
      results.add(new Result(check.title, cases, failed, worst, failure));
    }
    return results;
  }

  record Outcome(double error, String what) {}

  /**
   * The errors of one case, as multiples of what is allowed; NaN where something is plainly wrong.
   */
  private static final class Findings {
    private final String shape;
    private String first = "";
    private double worst;

    Findings(String shape) {
      this.shape = shape;
    }

    void near(String what, double found, double expected, double allowed) {
      boolean bothNaN = Double.isNaN(found) && Double.isNaN(expected);
      note(what, bothNaN ? 0 : Math.abs(found - expected) / allowed);
    }

    void require(String what, boolean right) {
      note(what, right ? 0 : Double.NaN);
    }

    private void note(String what, double error) {
      if (!(error <= 1) && first.isEmpty()) {
        first = ": " + what;
      }
      worst = Math.max(worst, error);
    }

    Outcome outcome() {
      return new Outcome(worst, shape + first);
    }
  }

  private interface Runner<S> {
    Outcome run(S suite);
  }

  private enum Check {
    COSINE("prototype-cosine", Conformance::cosine, ContractConformance::cosine),
    UPSAMPLE("upsample-argmax", Conformance::upsample, ContractConformance::upsample),
    ENTROPY("entropy", Conformance::entropy, ContractConformance::entropy),
    KNN("knn", Conformance::neighbours, ContractConformance::neighbours),
    SUMMARY("summary", Conformance::summary, ContractConformance::summary);

    final String title;
    final Runner<Conformance> runner;
    final Runner<ContractConformance> edges;

    Check(String title, Runner<Conformance> runner, Runner<ContractConformance> edges) {
      this.title = title;
      this.runner = runner;
      this.edges = edges;
    }
  }

  private Outcome cosine() {
    int count = inputs.pick(SIZES);
    int dimension = inputs.pick(DIMENSIONS);
    int classes = 1 + random.nextInt(inputs.oneIn(3) ? 80 : 8);
    if (inputs.oneIn(50)) {
      // Enough for several tiles a thread.
      count = 17_000;
      dimension = 2;
    }
    FeatureMatrix.Layout layout = FeatureMatrix.Layout.values()[random.nextInt(2)];
    FeatureMatrix features = inputs.matrix(count, dimension, layout, inputs.type());
    float[] prototypes = inputs.normal(classes * dimension, 1);
    if (inputs.oneIn(4)) {
      // Two equal prototypes: every vector's scores tie.
      System.arraycopy(prototypes, 0, prototypes, (classes - 1) * dimension, dimension);
    }
    MemorySegment scores = inputs.optional(JAVA_FLOAT, classes * count);
    MemorySegment labels = inputs.optional(JAVA_BYTE, count);
    MemorySegment margins = classes > 1 ? inputs.optional(JAVA_FLOAT, count) : null;
    long invalid =
        kernels.run(
            new PrototypeCosine(
                features, MemorySegment.ofArray(prototypes), classes, scores, labels, margins));
    Findings findings =
        new Findings(
            "%d × %d, %d classes, %s, %s"
                .formatted(count, dimension, classes, layout, features.type()));
    double[][] vectors = RandomInputs.vectors(features);
    double[][] units = RandomInputs.vectors(FeatureMatrix.rows(prototypes, classes, dimension));
    long expectedInvalid = 0;
    for (int n = 0; n < count; n++) {
      double[] vector = vectors[n];
      boolean valid = Double.isFinite(Truth.dot(vector, vector));
      expectedInvalid += valid ? 0 : 1;
      double[] expected =
          Arrays.stream(units)
              .mapToDouble(unit -> valid ? Truth.cosine(vector, unit) : Double.NaN)
              .toArray();
      for (int c = 0; c < classes && scores != null; c++) {
        float score = Segments.getFloat(scores, (long) c * count + n);
        findings.near("score", score, expected[c], TOLERANCE);
      }
      ranking(findings, expected, 2 * TOLERANCE, labels, margins, n);
      if (labels != null && scores != null && valid) {
        lowestOfTies(findings, scores, count, Segments.getByte(labels, n), n);
      }
    }
    findings.require("number of invalid vectors", invalid == expectedInvalid);
    return findings.outcome();
  }

  /** Label and margin of one voxel; either memory may be null. */
  private static void ranking(
      Findings findings,
      double[] expected,
      double allowed,
      MemorySegment labels,
      MemorySegment margins,
      int at) {
    boolean valid = Arrays.stream(expected).noneMatch(Double::isNaN);
    Truth.Ranking ranking = Truth.Ranking.of(expected);
    if (labels != null) {
      int label = Segments.getByte(labels, at);
      boolean right =
          valid
              ? label < expected.length && expected[label] >= ranking.best() - allowed
              : label == NO_LABEL;
      findings.require("label", right);
    }
    if (margins != null) {
      double margin = valid ? ranking.best() - ranking.second() : Double.NaN;
      findings.near("margin", Segments.getFloat(margins, at), margin, 2 * allowed);
    }
  }

  /** No class below {@code label} has its score. */
  private static void lowestOfTies(
      Findings findings, MemorySegment scores, int count, int label, int at) {
    boolean lowest =
        IntStream.range(0, label)
            .noneMatch(
                c ->
                    Segments.getFloat(scores, (long) c * count + at)
                        == Segments.getFloat(scores, (long) label * count + at));
    findings.require("the lowest class of a tie", lowest);
  }

  private Outcome upsample() {
    int[] from = {1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(9)};
    int[] to = {random.nextInt(30), 1 + random.nextInt(30), 1 + random.nextInt(30)};
    int classes = 1 + random.nextInt(inputs.oneIn(10) ? 30 : 5);
    boolean nearest = random.nextBoolean();
    int coarse = from[0] * from[1] * from[2];
    int fine = to[0] * to[1] * to[2];
    float[] scores = inputs.normal(classes * coarse, 1);
    int twin = -1;
    if (classes > 1 && random.nextBoolean()) {
      // The scores of an earlier class: it is never chosen.
      twin = 1 + random.nextInt(classes - 1);
      System.arraycopy(scores, random.nextInt(twin) * coarse, scores, twin * coarse, coarse);
    }
    if (inputs.oneIn(3)) {
      scores[random.nextInt(scores.length)] = Float.NaN;
    }
    MemorySegment labels = RandomInputs.memory(JAVA_BYTE, fine);
    MemorySegment margins = classes > 1 ? inputs.optional(JAVA_FLOAT, fine) : null;
    kernels.run(
        new UpsampleArgmax(
            MemorySegment.ofArray(scores),
            classes,
            from,
            to,
            nearest ? UpsampleArgmax.Interpolation.NEAREST : UpsampleArgmax.Interpolation.TRILINEAR,
            labels,
            margins));
    Findings findings =
        new Findings(
            "%s to %s, %d classes, nearest %s"
                .formatted(Arrays.toString(from), Arrays.toString(to), classes, nearest));
    for (int i = 0; i < fine; i += 1 + fine / 1000) {
      int[] at = {i / (to[1] * to[2]), i / to[2] % to[1], i % to[2]};
      Truth.Sampled expected = Truth.Sampled.of(scores, classes, from, to, at, nearest);
      int label = Segments.getByte(labels, i);
      if (expected.besideNaN() && !expected.isNaN() && label == NO_LABEL) {
        continue;
      }
      ranking(findings, expected.scores(), 2 * TOLERANCE, labels, margins, i);
      // Beside a NaN one of the two has a score of its own.
      findings.require("the lowest class of a tie", label != twin || expected.besideNaN());
    }
    return findings.outcome();
  }

  private Outcome entropy() {
    int passes = 1 + random.nextInt(8);
    int classes = 1 + random.nextInt(inputs.oneIn(8) ? 80 : 7);
    int voxels = inputs.pick(SIZES);
    if (inputs.oneIn(50)) {
      // Enough for several threads.
      passes = 2;
      classes = 2;
      voxels = 17_000;
    }
    boolean logits = random.nextBoolean();
    float[] input =
        inputs.normal(
            passes * classes * voxels, logits ? Math.exp(random.nextDouble() * 5 - 1) : 0);
    for (int t = 0; t < passes && !logits; t++) {
      fillProbabilities(input, t * classes * voxels, classes, voxels);
    }
    if (inputs.oneIn(4)) {
      // Two classes that tie.
      int copied = random.nextInt(classes);
      for (int t = 0; t < passes; t++) {
        int pass = t * classes * voxels;
        System.arraycopy(
            input, pass + copied * voxels, input, pass + (classes - 1) * voxels, voxels);
      }
    }
    int spoilt = voxels > 2 && random.nextBoolean() ? random.nextInt(voxels) : -1;
    if (spoilt >= 0) {
      input[random.nextInt(passes * classes) * voxels + spoilt] = Float.NaN;
    }
    MemorySegment mean = inputs.optional(JAVA_FLOAT, classes * voxels);
    MemorySegment entropy = inputs.optional(JAVA_FLOAT, voxels);
    MemorySegment information = inputs.optional(JAVA_FLOAT, voxels);
    MemorySegment labels = inputs.optional(JAVA_BYTE, voxels);
    long invalid =
        kernels.run(
            new VoxelEntropy(
                MemorySegment.ofArray(input),
                logits ? VoxelEntropy.Kind.LOGITS : VoxelEntropy.Kind.PROBABILITIES,
                passes,
                classes,
                voxels,
                mean,
                entropy,
                labels,
                information));
    Findings findings =
        new Findings(
            "%d passes, %d classes, %d voxels, logits %s"
                .formatted(passes, classes, voxels, logits));
    findings.require("number of invalid voxels", invalid == (spoilt >= 0 ? 1 : 0));
    // With many classes rounding adds up.
    double allowed = TOLERANCE * Math.sqrt(Math.max(1, classes / 16.0));
    for (int n = 0; n < voxels; n++) {
      double[][] voxel = new double[passes][classes];
      for (int t = 0; t < passes; t++) {
        for (int c = 0; c < classes; c++) {
          voxel[t][c] = input[(t * classes + c) * voxels + n];
        }
      }
      Truth.Uncertainty expected = Truth.Uncertainty.of(voxel, logits);
      double[] means = expected.mean();
      double h = expected.entropy();
      double shared = expected.information();
      if (n == spoilt) {
        Arrays.fill(means, Double.NaN);
        h = Double.NaN;
        shared = Double.NaN;
      }
      for (int c = 0; c < classes && mean != null; c++) {
        float value = Segments.getFloat(mean, (long) c * voxels + n);
        findings.near("mean", value, means[c], allowed);
      }
      if (entropy != null) {
        findings.near("entropy", Segments.getFloat(entropy, n), h, allowed);
      }
      if (information != null) {
        float value = Segments.getFloat(information, n);
        findings.near("mutual information", value, shared, 2 * allowed);
        findings.require("mutual information below 0", !(value < 0));
      }
      ranking(findings, means, 2 * allowed, labels, null, n);
      if (labels != null && mean != null && n != spoilt) {
        lowestOfTies(findings, mean, voxels, Segments.getByte(labels, n), n);
      }
    }
    return findings.outcome();
  }

  private void fillProbabilities(float[] input, int offset, int classes, int voxels) {
    for (int n = 0; n < voxels; n++) {
      double rest = 1;
      for (int c = 0; c < classes; c++) {
        double p = c == classes - 1 ? rest : rest * (inputs.oneIn(4) ? 0 : random.nextDouble());
        input[offset + c * voxels + n] = (float) p;
        rest -= p;
      }
    }
  }

  /** What may be searched, and how neighbours vote; memory may be null. */
  private record Task(
      RandomInputs.Search search,
      int[] originals,
      NearestNeighbours.Metric metric,
      int k,
      byte[] allowed,
      long[] excluded) {

    boolean isOpen(int query, int row) {
      return (allowed == null || (allowed[row >> 3] >> (row & 7) & 1) != 0)
          && (excluded == null || row < excluded[2 * query] || row >= excluded[2 * query + 1]);
    }

    @Override
    public String toString() {
      return "Q %d, M %d, D %d, k %d, %s, %s"
          .formatted(
              search.queries().count(),
              search.database().count(),
              search.queries().dimension(),
              k,
              metric,
              search.queries().type());
    }
  }

  private Task task() {
    NearestNeighbours.Metric metric = NearestNeighbours.Metric.values()[random.nextInt(3)];
    int k = 1 + random.nextInt(inputs.oneIn(8) ? 200 : 20);
    RandomInputs.Search search;
    int[] originals;
    if (inputs.oneIn(10)) {
      // Few neighbours of many rows: for more a filter does not pay.
      search = inputs.roundedAtWorst(5 + random.nextInt(50), 800, random.nextBoolean());
      originals = IntStream.range(0, 800).toArray();
      k = 1 + random.nextInt(3);
    } else if (inputs.oneIn(20)) {
      search = inputs.betweenClumps(260, 2200, 1 + random.nextInt(3));
      originals = IntStream.range(0, 2200).toArray();
      metric = NearestNeighbours.Metric.SQUARED_L2;
      k = 1 + random.nextInt(12);
    } else {
      int q = inputs.pick(0, 1, 5, 49, 130);
      int m = inputs.pick(SIZES);
      int dimension = inputs.pick(DIMENSIONS);
      if (inputs.oneIn(20)) {
        // Enough for a search in leaves.
        q = 260;
        m = 2200;
        dimension = 1 + random.nextInt(8);
        metric = NearestNeighbours.Metric.SQUARED_L2;
      } else if (inputs.oneIn(20)) {
        q = 3;
        m = 1200;
        k = NearestNeighbours.MOST_NEIGHBOURS - random.nextInt(400);
      } else if (inputs.oneIn(20)) {
        // Few queries, and rows enough for several threads to share.
        q = 1 + random.nextInt(4);
        m = 9000;
        dimension = 1 + random.nextInt(8);
      }
      ElementType type = inputs.type();
      FeatureMatrix queries = inputs.matrix(q, dimension, FeatureMatrix.Layout.ROWS, type);
      FeatureMatrix database = inputs.matrix(m, dimension, FeatureMatrix.Layout.ROWS, type);
      originals = inputs.duplicateRows(database);
      search = new RandomInputs.Search(queries, database);
    }
    int q = (int) search.queries().count();
    int m = (int) search.database().count();
    boolean limited = inputs.oneIn(3);
    byte[] allowed = new byte[(m + 7) / 8];
    random.nextBytes(allowed);
    long[] excluded = random.longs(2L * q, 0, m + 1).toArray();
    return new Task(
        search, originals, metric, k, limited ? allowed : null, limited ? excluded : null);
  }

  private Outcome neighbours() {
    Task task = task();
    int q = (int) task.search.queries().count();
    int m = (int) task.search.database().count();
    int k = task.k;
    int classes = inputs.oneIn(8) ? 130 + random.nextInt(126) : 1 + random.nextInt(5);
    boolean soft = random.nextBoolean();
    byte[] labels = new byte[m];
    for (int i = 0; i < m; i++) {
      labels[i] = (byte) (inputs.oneIn(9) ? random.nextInt(256) : random.nextInt(classes));
    }
    float[] shares = new float[soft ? m * classes : 0];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = random.nextFloat();
    }
    NearestNeighbours.Weighting weighting =
        task.metric == NearestNeighbours.Metric.SQUARED_L2 || random.nextBoolean()
            ? NearestNeighbours.Weighting.SOFTMAX_SCORE
            : NearestNeighbours.Weighting.POSITIVE_SCORE;
    float temperature = (float) Math.exp(random.nextDouble() * 4 - 1);
    MemorySegment indices = RandomInputs.memory(JAVA_LONG, q * k);
    MemorySegment scores = RandomInputs.memory(JAVA_FLOAT, q * k);
    MemorySegment votes = RandomInputs.memory(JAVA_FLOAT, q * classes);
    boolean voting = !inputs.oneIn(4);
    long invalid =
        kernels.run(
            new NearestNeighbours(
                task.search.queries(),
                task.search.database(),
                task.metric,
                k,
                task.allowed == null ? null : MemorySegment.ofArray(task.allowed),
                task.excluded == null ? null : MemorySegment.ofArray(task.excluded),
                indices,
                scores,
                voting
                    ? new NearestNeighbours.Vote(
                        weighting,
                        temperature,
                        soft ? MemorySegment.ofArray(shares) : MemorySegment.ofArray(labels),
                        soft,
                        classes,
                        votes)
                    : null));
    Findings findings = new Findings(task.toString());
    double[][] queries = RandomInputs.vectors(task.search.queries());
    double[][] rows = RandomInputs.vectors(task.search.database());
    double[] squares = Arrays.stream(rows).mapToDouble(row -> Truth.dot(row, row)).toArray();
    long expectedInvalid = Arrays.stream(squares).filter(s -> !Double.isFinite(s)).count();
    int sampled = 0;
    for (int i = 0; i < q; i++) {
      double square = Truth.dot(queries[i], queries[i]);
      boolean valid = Double.isFinite(square);
      expectedInvalid += valid ? 0 : 1;
      // Two dozen queries, those that are odd among them; all where few dimensions make it cheap.
      boolean sample = i == 0 || i * 24 / q != (i - 1) * 24 / q || queries[i].length < 4;
      if (valid && square > 0 && !sample) {
        continue;
      }
      sampled++;
      double[] expected = new double[m];
      double longest = 0;
      for (int r = 0; r < m; r++) {
        boolean open = valid && Double.isFinite(squares[r]) && task.isOpen(i, r);
        expected[r] = open ? Truth.score(queries[i], rows[r], task.metric) : Double.NaN;
        longest = open ? Math.max(longest, squares[r]) : longest;
      }
      double scale =
          switch (task.metric) {
            case COSINE -> 1;
            case INNER_PRODUCT -> Math.sqrt(square * longest);
            case SQUARED_L2 -> square + longest + 2 * Math.sqrt(square * longest);
          };
      double[] found =
          list(findings, task, i, expected, TOLERANCE * Math.max(scale, 1e-30), indices, scores);
      if (!voting) {
        continue;
      }
      int query = i;
      double[] wanted =
          Truth.votes(
              found,
              weighting,
              temperature,
              classes,
              (j, c) -> {
                int row = (int) Segments.getLong(indices, (long) query * k + j);
                return soft ? shares[row * classes + c] : (labels[row] & 255) == c ? 1 : 0;
              });
      // What rounding a score to float32 changes in a weight.
      double rounding =
          weighting == NearestNeighbours.Weighting.SOFTMAX_SCORE && valid && found.length > 0
              ? Math.abs(found[found.length - 1]) / temperature * 2.4e-7
              : 0;
      for (int c = 0; c < classes; c++) {
        double allowed = (2e-5 + rounding) * Math.max(1, wanted[c]);
        float vote = Segments.getFloat(votes, (long) i * classes + c);
        findings.near("vote", vote, valid ? wanted[c] : Double.NaN, allowed);
      }
    }
    findings.require("queries looked at", sampled > 0 || q == 0);
    findings.require("number of invalid rows", invalid == expectedInvalid);
    return findings.outcome();
  }

  /**
   * Holds the list of a query against all rows' scores (NaN: nobody's neighbour).
   *
   * @return the scores as they were given, more is better
   */
  private static double[] list(
      Findings findings,
      Task task,
      int query,
      double[] expected,
      double allowed,
      MemorySegment indices,
      MemorySegment scores) {
    double[] order =
        Arrays.stream(expected).filter(s -> !Double.isNaN(s)).map(s -> -s).sorted().toArray();
    int there = Math.min(task.k, order.length);
    double[] found = new double[there];
    boolean[] taken = new boolean[expected.length];
    int before = -1;
    for (int j = 0; j < task.k; j++) {
      long at = (long) query * task.k + j;
      long index = Segments.getLong(indices, at);
      float score = Segments.getFloat(scores, at);
      if (j >= there) {
        findings.require("a missing neighbour", index == -1 && Float.isNaN(score));
        continue;
      }
      if (index < 0 || index >= expected.length || taken[(int) index]) {
        findings.require("a neighbour's index", false);
        return new double[0];
      }
      int row = (int) index;
      taken[row] = true;
      found[j] = task.metric == NearestNeighbours.Metric.SQUARED_L2 ? -score : score;
      findings.near("score of a row", found[j], expected[row], allowed);
      findings.near("score at a rank", expected[row], -order[j], 2 * allowed);
      if (j > 0) {
        findings.require("order", found[j] <= found[j - 1]);
        boolean tie = found[j] == found[j - 1] && expected[row] == expected[before];
        findings.require("order of a tie", !tie || before < row);
      }
      before = row;
    }
    // Of rows that are the same the first are taken.
    boolean[] leftOut = new boolean[expected.length];
    for (int r = 0; r < expected.length; r++) {
      int original = task.originals[r];
      findings.require("the first of a tie", !taken[r] || !leftOut[original]);
      leftOut[original] |= !taken[r] && !Double.isNaN(expected[r]);
    }
    return found;
  }

  private Outcome summary() {
    int count = inputs.oneIn(10) ? 0 : 1 + inputs.pick(SIZES);
    float[] values = inputs.normal(count, Math.exp(random.nextDouble() * 6 - 3));
    int gaps = inputs.oneIn(8) ? 1 : 20;
    for (int i = 0; i < count; i++) {
      // A processor makes NaN negative, Java positive.
      float gap = random.nextBoolean() ? Float.NaN : Float.intBitsToFloat(0xFFC00000);
      values[i] = inputs.oneIn(gaps) ? gap : inputs.oneIn(5) ? 0.5f : values[i];
    }
    double[] levels = {0, 0.9, 1, random.nextDouble()};
    Summary found = kernels.summarise(MemorySegment.ofArray(values), count, levels);
    Summary expected = Truth.summary(values, levels);
    Findings findings = new Findings(count + " values");
    findings.require("number of NaN", found.invalid() == expected.invalid());
    double allowed =
        1e-12
            * IntStream.range(0, count)
                .mapToDouble(i -> values[i])
                .filter(v -> !Double.isNaN(v))
                .map(Math::abs)
                .max()
                .orElse(1);
    findings.near("mean", found.mean(), expected.mean(), allowed);
    for (int l = 0; l < levels.length; l++) {
      findings.near("quantile", found.quantiles().get(l), expected.quantiles().get(l), allowed);
    }
    return findings.outcome();
  }
}
