package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The suite every implementation has to pass: random shapes, strides, types and values — awkward
 * sizes, ties, zero vectors and NaN among them — against float64 arithmetic written here, apart
 * from any implementation.
 */
public final class Conformance {
  private static final int[] SIZES = {0, 1, 2, 13, 64, 207, 513, 702};
  private static final int[] DIMENSIONS = {1, 3, 16, 24, 31, 64, 130, 384};
  private static final double TOLERANCE = 2e-6;
  private static final float TEMPERATURE = 10;

  /**
   * How one kernel did.
   *
   * @param worst the largest error, as a multiple of what is allowed
   * @param failure the first case that failed, empty if none did
   */
  public record Result(String kernel, int cases, int failed, double worst, String failure) {}

  private final Kernels kernels;
  private final RandomGenerator random;

  private Conformance(Kernels kernels, RandomGenerator random) {
    this.kernels = kernels;
    this.random = random;
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
      int failed = 0;
      double worst = 0;
      String failure = "";
      for (int i = 0; i < cases; i++) {
        Outcome outcome = check.runner.run(suite);
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

  private record Outcome(double error, String what) {}

  private interface Runner {
    Outcome run(Conformance suite);
  }

  private enum Check {
    COSINE("prototype-cosine", Conformance::cosine),
    UPSAMPLE("upsample-argmax", Conformance::upsample),
    ENTROPY("entropy", Conformance::entropy),
    KNN("knn", Conformance::neighbours),
    SUMMARY("summary", Conformance::summary);

    final String title;
    final Runner runner;

    Check(String title, Runner runner) {
      this.title = title;
      this.runner = runner;
    }
  }

  private int pick(int[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  private float[] normal(int count, double scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  /** A matrix with a stride of its own, some vectors zero, some not a number. */
  private FeatureMatrix matrix(
      int count, int dimension, FeatureMatrix.Layout layout, ElementType type, boolean spoilt) {
    boolean rows = layout == FeatureMatrix.Layout.ROWS;
    int vectors = rows ? count : dimension;
    int stride = (rows ? dimension : count) + random.nextInt(4);
    float[] values = normal(vectors * stride, Math.exp(random.nextDouble() * 6 - 3));
    for (int n = 0; n < count && spoilt; n++) {
      int fate = random.nextInt(40);
      for (int d = 0; d < dimension && fate < 2; d++) {
        int at = rows ? n * stride + d : d * stride + n;
        values[at] = fate == 0 ? 0 : d == dimension / 2 ? Float.NaN : values[at];
      }
    }
    MemorySegment memory = MemorySegment.ofArray(values);
    if (type != ElementType.FLOAT32) {
      short[] halves = new short[values.length];
      for (int i = 0; i < halves.length; i++) {
        halves[i] =
            type == ElementType.FLOAT16
                ? Float.floatToFloat16(values[i])
                : (short) (Float.floatToRawIntBits(values[i]) >>> 16);
      }
      memory = MemorySegment.ofArray(halves);
    }
    return new FeatureMatrix(memory, type, layout, count, dimension, stride);
  }

  private ElementType type() {
    return random.nextInt(3) > 0 ? ElementType.FLOAT32 : ElementType.values()[random.nextInt(3)];
  }

  private Outcome cosine() {
    int count = pick(SIZES);
    int dimension = pick(DIMENSIONS);
    int classes = 2 + random.nextInt(random.nextInt(4) == 0 ? 40 : 8);
    FeatureMatrix.Layout layout = FeatureMatrix.Layout.values()[random.nextInt(2)];
    FeatureMatrix features = matrix(count, dimension, layout, type(), true);
    float[] prototypes = normal(classes * dimension, 1);
    if (random.nextInt(4) == 0) {
      // Two equal prototypes: every vector's scores tie.
      System.arraycopy(prototypes, 0, prototypes, (classes - 1) * dimension, dimension);
    }
    float[] scores = new float[classes * count];
    byte[] labels = new byte[count];
    float[] margins = new float[count];
    long invalid =
        kernels.run(
            new PrototypeCosine(
                features,
                MemorySegment.ofArray(prototypes),
                classes,
                MemorySegment.ofArray(scores),
                MemorySegment.ofArray(labels),
                MemorySegment.ofArray(margins)));
    String what =
        "%d × %d, %d classes, %s, %s".formatted(count, dimension, classes, layout, features.type());
    double worst = 0;
    long expectedInvalid = 0;
    for (int n = 0; n < count; n++) {
      double square = 0;
      for (int d = 0; d < dimension; d++) {
        square += (double) features.at(n, d) * features.at(n, d);
      }
      if (Double.isNaN(square)) {
        expectedInvalid++;
        if ((labels[n] & 255) != 255 || !Float.isNaN(margins[n]) || !Float.isNaN(scores[n])) {
          return new Outcome(Double.NaN, what + ": vector " + n + " is NaN, its result is not");
        }
        continue;
      }
      double best = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        double dot = 0;
        double length = 0;
        for (int d = 0; d < dimension; d++) {
          double p = prototypes[c * dimension + d];
          dot += p * features.at(n, d);
          length += p * p;
        }
        double expected = square > 0 ? dot / Math.sqrt(square * length) : 0;
        best = Math.max(best, expected);
        worst = Math.max(worst, Math.abs(scores[c * count + n] - expected) / TOLERANCE);
      }
      worst = Math.max(worst, (best - scores[labels[n] * count + n]) / (2 * TOLERANCE));
      for (int c = 0; c < labels[n]; c++) {
        if (scores[c * count + n] == scores[labels[n] * count + n]) {
          return new Outcome(Double.NaN, what + ": vector " + n + " has not the lowest class");
        }
      }
      double second = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        second = c == labels[n] ? second : Math.max(second, scores[c * count + n]);
      }
      worst =
          Math.max(
              worst, Math.abs(scores[labels[n] * count + n] - second - margins[n]) / TOLERANCE);
    }
    return new Outcome(invalid == expectedInvalid ? worst : Double.NaN, what);
  }

  private Outcome upsample() {
    int[] from = {1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(9)};
    int[] to = {random.nextInt(30), 1 + random.nextInt(30), 1 + random.nextInt(30)};
    int classes = 2 + random.nextInt(4);
    boolean nearest = random.nextBoolean();
    int coarse = from[0] * from[1] * from[2];
    float[] scores = normal(classes * coarse, 1);
    byte[] labels = new byte[to[0] * to[1] * to[2]];
    kernels.run(
        new UpsampleArgmax(
            MemorySegment.ofArray(scores),
            classes,
            from,
            to,
            nearest ? UpsampleArgmax.Interpolation.NEAREST : UpsampleArgmax.Interpolation.TRILINEAR,
            MemorySegment.ofArray(labels),
            null));
    double worst = 0;
    for (int i = 0; i < labels.length; i++) {
      int[] at = {i / (to[1] * to[2]), i / to[2] % to[1], i % to[2]};
      double best = Double.NEGATIVE_INFINITY;
      double chosen = 0;
      for (int c = 0; c < classes; c++) {
        double value = interpolate(scores, c * coarse, from, to, at, nearest);
        best = Math.max(best, value);
        chosen = c == labels[i] ? value : chosen;
      }
      worst = Math.max(worst, (best - chosen) / (2 * TOLERANCE));
    }
    return new Outcome(worst, "%d³… to %d³…, %d classes".formatted(from[0], to[0], classes));
  }

  private static double interpolate(
      float[] values, int offset, int[] from, int[] to, int[] at, boolean nearest) {
    double sum = 0;
    for (int x = 0; x < from[0]; x++) {
      for (int y = 0; y < from[1]; y++) {
        for (int z = 0; z < from[2]; z++) {
          double weight =
              hat(x, at[0], from[0], to[0], nearest)
                  * hat(y, at[1], from[1], to[1], nearest)
                  * hat(z, at[2], from[2], to[2], nearest);
          sum += weight == 0 ? 0 : weight * values[offset + (x * from[1] + y) * from[2] + z];
        }
      }
    }
    return sum;
  }

  /** The share of grid point {@code i} in output {@code at}. */
  private static double hat(int i, int at, int from, int to, boolean nearest) {
    if (nearest) {
      return i == (int) Math.floor(at * (double) from / to) ? 1 : 0;
    }
    double position = Math.clamp((at + 0.5) * from / to - 0.5, 0, from - 1);
    return Math.max(0, 1 - Math.abs(position - i));
  }

  private Outcome entropy() {
    int passes = 1 + random.nextInt(8);
    int classes = 2 + random.nextInt(6);
    int voxels = pick(SIZES);
    boolean logits = random.nextBoolean();
    float[] input =
        normal(passes * classes * voxels, logits ? Math.exp(random.nextDouble() * 5 - 1) : 0);
    for (int t = 0; t < passes && !logits; t++) {
      fillProbabilities(input, t * classes * voxels, classes, voxels);
    }
    int spoilt = voxels > 2 && random.nextBoolean() ? random.nextInt(voxels) : -1;
    if (spoilt >= 0) {
      input[random.nextInt(passes * classes) * voxels + spoilt] = Float.NaN;
    }
    float[] mean = new float[classes * voxels];
    float[] entropy = new float[voxels];
    float[] information = new float[voxels];
    byte[] labels = new byte[voxels];
    long invalid =
        kernels.run(
            new VoxelEntropy(
                MemorySegment.ofArray(input),
                logits ? VoxelEntropy.Kind.LOGITS : VoxelEntropy.Kind.PROBABILITIES,
                passes,
                classes,
                voxels,
                MemorySegment.ofArray(mean),
                MemorySegment.ofArray(entropy),
                MemorySegment.ofArray(labels),
                MemorySegment.ofArray(information)));
    String what =
        "%d passes, %d classes, %d voxels, logits %s".formatted(passes, classes, voxels, logits);
    if (invalid != (spoilt >= 0 ? 1 : 0)) {
      return new Outcome(Double.NaN, what + ": " + invalid + " voxels counted as NaN");
    }
    double worst = 0;
    for (int n = 0; n < voxels; n++) {
      if (n == spoilt) {
        boolean right = Float.isNaN(entropy[n]) && (labels[n] & 255) == 255 && Float.isNaN(mean[n]);
        worst = right ? worst : Double.NaN;
        continue;
      }
      double[] expected = new double[classes];
      double inner = 0;
      for (int t = 0; t < passes; t++) {
        double[] p = new double[classes];
        double top = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
          p[c] = input[(t * classes + c) * voxels + n];
          top = Math.max(top, p[c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
          p[c] = logits ? Math.exp(p[c] - top) : p[c];
          sum += logits ? p[c] : 0;
        }
        for (int c = 0; c < classes; c++) {
          double q = logits ? p[c] / sum : p[c];
          expected[c] += q / passes;
          inner -= q > 0 ? q * Math.log(q) / passes : 0;
        }
      }
      double h = 0;
      for (int c = 0; c < classes; c++) {
        h -= expected[c] > 0 ? expected[c] * Math.log(expected[c]) : 0;
        worst = Math.max(worst, Math.abs(mean[c * voxels + n] - expected[c]) / TOLERANCE);
      }
      worst = Math.max(worst, Math.abs(entropy[n] - h) / TOLERANCE);
      worst = Math.max(worst, Math.abs(information[n] - Math.max(0, h - inner)) / (2 * TOLERANCE));
    }
    return new Outcome(worst, what);
  }

  private void fillProbabilities(float[] input, int offset, int classes, int voxels) {
    for (int n = 0; n < voxels; n++) {
      double rest = 1;
      for (int c = 0; c < classes; c++) {
        double p =
            c == classes - 1 ? rest : rest * (random.nextInt(4) == 0 ? 0 : random.nextDouble());
        input[offset + c * voxels + n] = (float) p;
        rest -= p;
      }
    }
  }

  private Outcome neighbours() {
    int q = pick(new int[] {0, 1, 5, 49, 130});
    int m = pick(SIZES);
    int dimension = pick(DIMENSIONS);
    int k = 1 + random.nextInt(random.nextInt(8) == 0 ? 200 : 20);
    NearestNeighbours.Metric metric = NearestNeighbours.Metric.values()[random.nextInt(3)];
    ElementType type = type();
    FeatureMatrix queries = matrix(q, dimension, FeatureMatrix.Layout.ROWS, type, true);
    FeatureMatrix database = matrix(m, dimension, FeatureMatrix.Layout.ROWS, type, true);
    duplicateRows(database);
    byte[] allowed = new byte[(m + 7) / 8];
    random.nextBytes(allowed);
    boolean limited = random.nextBoolean();
    long[] excluded = new long[2 * q];
    for (int i = 0; i < excluded.length; i++) {
      excluded[i] = random.nextInt(m + 1);
    }
    int classes = 3;
    byte[] labels = new byte[m];
    for (int i = 0; i < m; i++) {
      labels[i] = (byte) random.nextInt(4);
    }
    NearestNeighbours.Weighting weighting =
        metric == NearestNeighbours.Metric.SQUARED_L2 || random.nextBoolean()
            ? NearestNeighbours.Weighting.SOFTMAX_SCORE
            : NearestNeighbours.Weighting.POSITIVE_SCORE;
    long[] indices = new long[q * k];
    float[] scores = new float[q * k];
    float[] votes = new float[q * classes];
    kernels.run(
        new NearestNeighbours(
            queries,
            database,
            metric,
            k,
            limited ? MemorySegment.ofArray(allowed) : null,
            limited ? MemorySegment.ofArray(excluded) : null,
            MemorySegment.ofArray(indices),
            MemorySegment.ofArray(scores),
            new NearestNeighbours.Vote(
                weighting,
                TEMPERATURE,
                MemorySegment.ofArray(labels),
                false,
                classes,
                MemorySegment.ofArray(votes))));
    String what = "Q %d, M %d, D %d, k %d, %s, %s".formatted(q, m, dimension, k, metric, type);
    double worst = 0;
    for (int i = 0; i < q; i++) {
      double[] expected = new double[m];
      List<Integer> order = new ArrayList<>();
      double magnitude = 0;
      for (int r = 0; r < m; r++) {
        boolean open =
            !limited
                || ((allowed[r >> 3] >> (r & 7) & 1) != 0
                    && (r < excluded[2 * i] || r >= excluded[2 * i + 1]));
        expected[r] = score(queries, i, database, r, metric);
        magnitude = Math.max(magnitude, scale(queries, i, database, r, metric));
        if (open && !Double.isNaN(expected[r])) {
          order.add(r);
        }
      }
      order.sort((a, b) -> Double.compare(expected[b], expected[a]));
      double allowedError = TOLERANCE * Math.max(magnitude, 1e-30);
      double[] weights = new double[classes];
      double total = 0;
      for (int j = 0; j < k; j++) {
        int at = i * k + j;
        if (j >= order.size()) {
          if (indices[at] != -1 || !Float.isNaN(scores[at])) {
            return new Outcome(Double.NaN, what + ": too many neighbours");
          }
          continue;
        }
        if (indices[at] < 0) {
          return new Outcome(Double.NaN, what + ": neighbour " + j + " of " + i + " is missing");
        }
        double best = expected[order.get(j)];
        double given = expected[(int) indices[at]];
        double shown = metric == NearestNeighbours.Metric.SQUARED_L2 ? -scores[at] : scores[at];
        worst = Math.max(worst, Math.abs(best - given) / (2 * allowedError));
        worst = Math.max(worst, Math.abs(given - shown) / allowedError);
        if (j > 0 && scores[at] == scores[at - 1] && indices[at] < indices[at - 1]) {
          return new Outcome(Double.NaN, what + ": a tie is out of order");
        }
        boolean positive = weighting == NearestNeighbours.Weighting.POSITIVE_SCORE;
        double first = expected[(int) indices[i * k]];
        double weight = positive ? Math.max(0, given) : Math.exp((given - first) / TEMPERATURE);
        total += weight;
        int label = labels[(int) indices[at]];
        if (label < classes) {
          weights[label] += weight;
        }
      }
      double scale = weighting == NearestNeighbours.Weighting.POSITIVE_SCORE ? 1 : 1 / total;
      for (int c = 0; c < classes && !order.isEmpty(); c++) {
        // A score that is off by e moves a softmax weight by at most 2e / temperature.
        double vote = scale * weights[c];
        double slack = 1e-5 * Math.max(1, vote) + k * allowedError;
        worst = Math.max(worst, Math.abs(votes[i * classes + c] - vote) / slack);
      }
    }
    return new Outcome(worst, what);
  }

  /** Copies of earlier rows, so that there are ties. */
  private void duplicateRows(FeatureMatrix matrix) {
    int bytes = (int) matrix.dimension() * matrix.type().bytes();
    long step = matrix.stride() * matrix.type().bytes();
    for (int copies = 0; copies < matrix.count() / 8; copies++) {
      int from = random.nextInt((int) matrix.count());
      int to = random.nextInt((int) matrix.count());
      if (from != to) {
        MemorySegment.copy(matrix.data(), from * step, matrix.data(), to * step, bytes);
      }
    }
  }

  private static double score(
      FeatureMatrix queries,
      int i,
      FeatureMatrix database,
      int r,
      NearestNeighbours.Metric metric) {
    double dot = 0;
    double qq = 0;
    double xx = 0;
    double distance = 0;
    for (int d = 0; d < queries.dimension(); d++) {
      double x = queries.at(i, d);
      double y = database.at(r, d);
      dot += x * y;
      qq += x * x;
      xx += y * y;
      distance += (x - y) * (x - y);
    }
    if (Double.isNaN(qq + xx)) {
      return Double.NaN;
    }
    return switch (metric) {
      case COSINE -> qq * xx > 0 ? dot / Math.sqrt(qq * xx) : 0;
      case INNER_PRODUCT -> dot;
      case SQUARED_L2 -> -distance;
    };
  }

  /** What a float32 rounding error of a score is measured by. */
  private static double scale(
      FeatureMatrix queries,
      int i,
      FeatureMatrix database,
      int r,
      NearestNeighbours.Metric metric) {
    if (metric == NearestNeighbours.Metric.COSINE) {
      return 1;
    }
    double own = score(queries, i, queries, i, NearestNeighbours.Metric.INNER_PRODUCT);
    double other = score(database, r, database, r, NearestNeighbours.Metric.INNER_PRODUCT);
    double product = Math.sqrt(own * other);
    double result =
        metric == NearestNeighbours.Metric.INNER_PRODUCT ? product : own + other + 2 * product;
    return Double.isNaN(result) ? 0 : result;
  }

  private Outcome summary() {
    int count = 1 + pick(SIZES);
    float[] values = normal(count, 1);
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(20) == 0 ? Float.NaN : random.nextInt(5) == 0 ? 0.5f : values[i];
    }
    double[] levels = {0, 0.9, 1, random.nextDouble()};
    Summary result = kernels.summarise(MemorySegment.ofArray(values), count, levels);
    List<Double> numbers = new ArrayList<>();
    for (float value : values) {
      if (!Float.isNaN(value)) {
        numbers.add((double) value);
      }
    }
    numbers.sort(Double::compare);
    if (result.invalid() != count - numbers.size()) {
      return new Outcome(Double.NaN, count + " values: wrong count of NaN");
    }
    double worst = 0;
    for (int l = 0; l < levels.length && !numbers.isEmpty(); l++) {
      double position = levels[l] * (numbers.size() - 1);
      int low = (int) position;
      int high = Math.min(low + 1, numbers.size() - 1);
      double expected =
          numbers.get(low) + (position - low) * (numbers.get(high) - numbers.get(low));
      worst = Math.max(worst, Math.abs(result.quantiles().get(l) - expected) / 1e-12);
    }
    return new Outcome(worst, count + " values");
  }
}
