package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The cases of {@link Conformance} at the edges of float32: vectors of any length, infinities, what
 * is no probability. Truth is float64 and what {@code onelabel.h} says of such numbers.
 */
final class ContractConformance {
  private static final double TOLERANCE = 2e-6;
  private static final float INFINITY = Float.POSITIVE_INFINITY;
  private static final float[] ODD_SCORES = {
    -INFINITY, -INFINITY, -INFINITY, INFINITY, Float.NaN, Float.MAX_VALUE, -Float.MAX_VALUE
  };
  private static final float[] ODD_PROBABILITIES = {
    0, -0f, 1, 1.0009f, 1.002f, -1e-7f, -1, INFINITY, -INFINITY, Float.NaN, Float.MIN_VALUE
  };

  private final Kernels kernels;
  private final RandomGenerator random;

  ContractConformance(Kernels kernels, long seed) {
    this.kernels = kernels;
    random = new SplittableRandom(seed);
  }

  private double scale() {
    return random.nextInt(4) == 0 ? 1 : Math.scalb(1.0, -149 + random.nextInt(216));
  }

  /** Rows of very different lengths; some zero, some not finite. */
  private float[] rows(int count, int dimension) {
    float[] values = new float[count * dimension];
    for (int n = 0; n < count; n++) {
      double scale = scale();
      int fate = random.nextInt(16);
      for (int d = 0; d < dimension; d++) {
        values[n * dimension + d] = (float) (fate == 0 ? 0 : scale * random.nextGaussian());
      }
      if (fate == 1) {
        values[n * dimension + random.nextInt(dimension)] =
            random.nextBoolean() ? Float.NaN : -INFINITY;
      }
    }
    return values;
  }

  private static double dot(float[] a, int x, float[] b, int y, int dimension) {
    return IntStream.range(0, dimension)
        .mapToDouble(d -> (double) a[x * dimension + d] * b[y * dimension + d])
        .sum();
  }

  private static double square(float[] rows, int n, int dimension) {
    double square = dot(rows, n, rows, n, dimension);
    return square <= Float.MAX_VALUE ? square : Double.NaN;
  }

  private static double cosine(double dot, double one, double other) {
    return one > 0 && other > 0 ? dot / Math.sqrt(one) / Math.sqrt(other) : 0;
  }

  /** How far a result is off; equal infinities are not, NaN and a number are infinitely far. */
  private static double difference(double expected, double found) {
    if (expected == found || (Double.isNaN(expected) && Double.isNaN(found))) {
      return 0;
    }
    double difference = Math.abs(expected - found);
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }

  Conformance.Outcome cosine() {
    int count = 1 + random.nextInt(200);
    int dimension = 1 + random.nextInt(40);
    int classes = 2 + random.nextInt(random.nextInt(4) == 0 ? 40 : 6);
    float[] features = rows(count, dimension);
    float[] stored = features;
    boolean channels = random.nextBoolean();
    if (channels) {
      stored = new float[features.length];
      for (int i = 0; i < stored.length; i++) {
        stored[i % dimension * count + i / dimension] = features[i];
      }
    }
    float[] prototypes = new float[classes * dimension];
    for (int i = 0; i < prototypes.length; i++) {
      prototypes[i] = (float) random.nextGaussian();
    }
    float[] scores = new float[classes * count];
    byte[] labels = new byte[count];
    float[] margins = new float[count];
    MemorySegment memory = MemorySegment.ofArray(stored);
    long invalid =
        kernels.run(
            new PrototypeCosine(
                channels
                    ? FeatureMatrix.channels(memory, count, dimension)
                    : FeatureMatrix.rows(memory, count, dimension),
                MemorySegment.ofArray(prototypes),
                classes,
                MemorySegment.ofArray(scores),
                MemorySegment.ofArray(labels),
                MemorySegment.ofArray(margins)));
    double worst = 0;
    for (int n = 0; n < count; n++) {
      double square = square(features, n, dimension);
      invalid -= Double.isNaN(square) ? 1 : 0;
      double best = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        double expected =
            Double.isNaN(square)
                ? Double.NaN
                : cosine(
                    dot(features, n, prototypes, c, dimension),
                    square,
                    dot(prototypes, c, prototypes, c, dimension));
        worst = Math.max(worst, difference(expected, scores[c * count + n]) / TOLERANCE);
        best = Math.max(best, expected);
      }
      int label = labels[n] & 255;
      double chosen = label == 255 ? Double.NaN : scores[label * count + n];
      worst = Math.max(worst, difference(best, chosen) / (2 * TOLERANCE));
      worst = Double.isNaN(square) == Float.isNaN(margins[n]) ? worst : Double.NaN;
    }
    return new Conformance.Outcome(
        invalid == 0 ? worst : Double.NaN,
        "vectors of any length, %d × %d, %d classes".formatted(count, dimension, classes));
  }

  Conformance.Outcome neighbours() {
    int q = 1 + random.nextInt(20);
    int m = 1 + random.nextInt(120);
    int dimension = 1 + random.nextInt(70);
    int k = 1 + random.nextInt(6);
    NearestNeighbours.Metric metric = NearestNeighbours.Metric.values()[random.nextInt(3)];
    float[] queries = rows(q, dimension);
    float[] database = rows(m, dimension);
    float[] shares = new float[2 * m];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = random.nextInt(8) == 0 ? Float.NaN : (float) random.nextGaussian();
    }
    long[] indices = new long[q * k];
    float[] scores = new float[q * k];
    float[] votes = new float[2 * q];
    float temperature = (float) scale();
    long invalid =
        kernels.run(
            new NearestNeighbours(
                FeatureMatrix.rows(queries, q, dimension),
                FeatureMatrix.rows(database, m, dimension),
                metric,
                k,
                null,
                null,
                MemorySegment.ofArray(indices),
                MemorySegment.ofArray(scores),
                new NearestNeighbours.Vote(
                    NearestNeighbours.Weighting.SOFTMAX_SCORE,
                    Math.max(temperature, Float.MIN_VALUE),
                    MemorySegment.ofArray(shares),
                    true,
                    2,
                    MemorySegment.ofArray(votes))));
    String what =
        "rows of any length, Q %d, M %d, D %d, k %d, %s".formatted(q, m, dimension, k, metric);
    double worst = 0;
    double[] squares =
        IntStream.range(0, m).mapToDouble(r -> square(database, r, dimension)).toArray();
    invalid -= Arrays.stream(squares).filter(Double::isNaN).count();
    for (int i = 0; i < q; i++) {
      double own = square(queries, i, dimension);
      invalid -= Double.isNaN(own) ? 1 : 0;
      double[] expected = new double[m];
      double[] slack = new double[m];
      for (int r = 0; r < m; r++) {
        expected[r] = score(metric, queries, i, own, database, r, squares[r], dimension);
        slack[r] =
            switch (metric) {
              case COSINE -> TOLERANCE;
              case INNER_PRODUCT -> TOLERANCE * Math.sqrt(own) * Math.sqrt(squares[r]);
              case SQUARED_L2 -> 2 * TOLERANCE * (own + squares[r]);
            };
        // Just below the least number that counts a score may be that number or 0.
        slack[r] += metric == NearestNeighbours.Metric.COSINE ? 0 : 1.001 * Float.MIN_NORMAL;
      }
      double[] order =
          Arrays.stream(expected).filter(e -> !Double.isNaN(e)).map(e -> -e).sorted().toArray();
      for (int j = 0; j < k; j++) {
        int at = i * k + j;
        if (j >= order.length) {
          worst = indices[at] == -1 && Float.isNaN(scores[at]) ? worst : Double.NaN;
          continue;
        }
        if (indices[at] < 0 || Double.isNaN(expected[(int) indices[at]])) {
          return new Conformance.Outcome(Double.NaN, what + ": neighbour " + j + " of " + i);
        }
        int row = (int) indices[at];
        double shown = metric == NearestNeighbours.Metric.SQUARED_L2 ? -scores[at] : scores[at];
        worst = Math.max(worst, difference(expected[row], shown) / slack[row]);
        worst = Math.max(worst, difference(-order[j], expected[row]) / (3 * slack[row]));
        if (j > 0 && scores[at] == scores[at - 1] && indices[at] < indices[at - 1]) {
          return new Conformance.Outcome(Double.NaN, what + ": a tie is out of order");
        }
      }
      boolean none = Double.isNaN(own);
      worst =
          none && !(Float.isNaN(votes[2 * i]) && Float.isNaN(votes[2 * i + 1]))
              ? Double.NaN
              : worst;
    }
    return new Conformance.Outcome(invalid == 0 ? worst : Double.NaN, what);
  }

  private static double score(
      NearestNeighbours.Metric metric,
      float[] queries,
      int i,
      double own,
      float[] database,
      int r,
      double other,
      int dimension) {
    if (Double.isNaN(own) || Double.isNaN(other)) {
      return Double.NaN;
    }
    double dot = dot(queries, i, database, r, dimension);
    if (metric == NearestNeighbours.Metric.COSINE) {
      return cosine(dot, own, other);
    }
    if (metric == NearestNeighbours.Metric.INNER_PRODUCT) {
      return Math.abs(dot) < Float.MIN_NORMAL ? 0 : dot;
    }
    double distance = 0;
    for (int d = 0; d < dimension; d++) {
      double step = (double) queries[i * dimension + d] - database[r * dimension + d];
      distance += step * step;
    }
    return distance < Float.MIN_NORMAL
        ? 0
        : distance >= Float.MAX_VALUE ? Double.NEGATIVE_INFINITY : -distance;
  }

  Conformance.Outcome entropy() {
    int passes = 1 + random.nextInt(3);
    int classes = 1 + random.nextInt(random.nextInt(4) == 0 ? 30 : 5);
    int voxels = 1 + random.nextInt(600);
    boolean logits = random.nextBoolean();
    float[] odd = logits ? ODD_SCORES : ODD_PROBABILITIES;
    float[] input = new float[passes * classes * voxels];
    for (int i = 0; i < input.length; i++) {
      input[i] =
          random.nextInt(6 * classes) == 0
              ? odd[random.nextInt(odd.length)]
              : (float) (logits ? 3 * random.nextGaussian() : random.nextDouble());
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
    double worst = 0;
    double slack = TOLERANCE * Math.max(1, classes / 4);
    for (int n = 0; n < voxels; n++) {
      double[] m = new double[classes];
      double inner = 0;
      for (int t = 0; t < passes; t++) {
        double[] p = new double[classes];
        for (int c = 0; c < classes; c++) {
          p[c] = input[(t * classes + c) * voxels + n];
        }
        p = logits ? softmax(p) : p;
        for (int c = 0; c < classes; c++) {
          // No number where one is no probability.
          m[c] += p[c] >= 0 && p[c] <= 1.001f ? p[c] / passes : Double.NaN;
          inner += minusPLnP(p[c]) / passes;
        }
      }
      double sum = 0;
      for (double value : m) {
        sum += minusPLnP(value);
      }
      double h = Double.isNaN(sum) ? Double.NaN : Math.max(0, sum);
      invalid -= Double.isNaN(h) ? 1 : 0;
      double best = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        double expected = Double.isNaN(h) ? Double.NaN : m[c];
        best = Math.max(best, expected);
        worst = Math.max(worst, difference(expected, mean[c * voxels + n]) / TOLERANCE);
      }
      worst = Math.max(worst, difference(h, entropy[n]) / slack);
      double gained = Double.isNaN(h) ? Double.NaN : Math.max(0, h - inner);
      worst = Math.max(worst, difference(gained, information[n]) / (2 * slack));
      int label = labels[n] & 255;
      double chosen = label == 255 ? Double.NaN : mean[label * voxels + n];
      worst = Math.max(worst, difference(best, chosen) / TOLERANCE);
    }
    return new Conformance.Outcome(
        invalid == 0 ? worst : Double.NaN,
        "%s at the edges, %d passes, %d classes, %d voxels"
            .formatted(logits ? "logits" : "probabilities", passes, classes, voxels));
  }

  private static double minusPLnP(double p) {
    return p == 0 ? 0 : -p * Math.log(p);
  }

  private static double[] softmax(double[] logits) {
    double top = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(l -> Math.exp(l - top)).sum();
    return Arrays.stream(logits).map(l -> Math.exp(l - top) / sum).toArray();
  }

  Conformance.Outcome upsample() {
    int[] from = {1 + random.nextInt(5), 1 + random.nextInt(5), 1 + random.nextInt(5)};
    int[] to = {1 + random.nextInt(10), 1 + random.nextInt(10), 1 + random.nextInt(10)};
    int axis = random.nextInt(3);
    to[axis] = 3 * from[axis];
    int classes = 2 + random.nextInt(4);
    boolean nearest = random.nextBoolean();
    int coarse = from[0] * from[1] * from[2];
    float[] scores = new float[classes * coarse];
    int rare = 3 + random.nextInt(40);
    for (int i = 0; i < scores.length; i++) {
      scores[i] =
          random.nextInt(rare) == 0
              ? ODD_SCORES[random.nextInt(ODD_SCORES.length)]
              : (float) random.nextGaussian();
    }
    if (random.nextInt(3) == 0) {
      Arrays.fill(scores, 0, coarse, -INFINITY);
    }
    byte[] labels = new byte[to[0] * to[1] * to[2]];
    float[] margins = new float[labels.length];
    kernels.run(
        new UpsampleArgmax(
            MemorySegment.ofArray(scores),
            classes,
            from,
            to,
            nearest ? UpsampleArgmax.Interpolation.NEAREST : UpsampleArgmax.Interpolation.TRILINEAR,
            MemorySegment.ofArray(labels),
            MemorySegment.ofArray(margins)));
    double worst = 0;
    for (int i = 0; i < labels.length; i++) {
      int[] at = {i / (to[1] * to[2]), i / to[2] % to[1], i % to[2]};
      double[] fine = Truth.Sampled.of(scores, classes, from, to, at, nearest).scores();
      double best = Double.NEGATIVE_INFINITY;
      double second = Double.NEGATIVE_INFINITY;
      double largest = 1;
      for (int c = 0; c < classes; c++) {
        second = Double.isNaN(fine[c]) ? Double.NaN : Math.max(second, Math.min(best, fine[c]));
        best = Math.max(best, fine[c]);
        largest = Double.isInfinite(fine[c]) ? largest : Math.max(largest, Math.abs(fine[c]));
      }
      // Float32 rounds what it adds up: here numbers up to the largest there are.
      double slack = largest > 1e6 ? TOLERANCE * Float.MAX_VALUE : 4 * TOLERANCE;
      boolean masked = Double.isNaN(best);
      int label = labels[i] & 255;
      if (masked || label == 255) {
        worst = masked && label == 255 && Float.isNaN(margins[i]) ? worst : Double.NaN;
        continue;
      }
      worst = Math.max(worst, difference(best, fine[label]) / slack);
      double margin = best == second ? 0 : (float) (best - second);
      if (margin < Float.MAX_VALUE / 2 || Double.isInfinite(best) || Double.isInfinite(second)) {
        worst = Math.max(worst, difference(margin, margins[i]) / (2 * slack));
      }
    }
    return new Conformance.Outcome(
        worst,
        "infinite scores, %d classes, %s".formatted(classes, nearest ? "nearest" : "linear"));
  }

  Conformance.Outcome summary() {
    int count = 1 + random.nextInt(12);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          random.nextInt(3) == 0
              ? ODD_SCORES[random.nextInt(ODD_SCORES.length)]
              : (float) random.nextGaussian();
    }
    double[] levels = {0, 1, 0.5, random.nextDouble()};
    Summary result = kernels.summarise(MemorySegment.ofArray(values), count, levels);
    double[] sorted =
        IntStream.range(0, count)
            .mapToDouble(i -> values[i])
            .filter(value -> !Double.isNaN(value))
            .sorted()
            .toArray();
    double worst = result.invalid() == count - sorted.length ? 0 : Double.NaN;
    double mean = Arrays.stream(sorted).sum() / sorted.length;
    worst = Math.max(worst, difference(mean, result.mean()) / (1e-12 * Float.MAX_VALUE));
    for (int l = 0; l < levels.length; l++) {
      double expected = Double.NaN;
      if (sorted.length > 0) {
        double position = levels[l] * (sorted.length - 1);
        int low = (int) position;
        double share = position - low;
        expected = share == 0 ? sorted[low] : (1 - share) * sorted[low] + share * sorted[low + 1];
      }
      double slack = 1e-12 * Math.max(1, Math.abs(expected) < INFINITY ? Math.abs(expected) : 1);
      double spread = Math.abs(expected) > 1e30 ? 1e-12 * Float.MAX_VALUE : slack;
      worst =
          Math.max(
              worst, difference(expected, result.quantiles().get(l)) / Math.max(slack, spread));
    }
    return new Conformance.Outcome(worst, count + " values, infinities among them");
  }
}
