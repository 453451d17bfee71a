package org.onelabel.kernels;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What every kernel means, in float64 and as plainly as it can be said, for {@link Conformance}.
 */
final class Truth {
  private Truth() {}

  /** The best of some scores, of equal ones the first, and the one behind it. */
  record Ranking(int label, double best, double second) {
    static Ranking of(double[] scores) {
      int label = 0;
      double second = Double.NEGATIVE_INFINITY;
      for (int c = 1; c < scores.length; c++) {
        second = Math.max(second, Math.min(scores[c], scores[label]));
        label = scores[c] > scores[label] ? c : label;
      }
      return new Ranking(label, scores[label], second);
    }
  }

  static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int d = 0; d < x.length; d++) {
      sum += x[d] * y[d];
    }
    return sum;
  }

  static double cosine(double[] x, double[] y) {
    double lengths = Math.sqrt(dot(x, x)) * Math.sqrt(dot(y, y));
    return lengths > 0 ? dot(x, y) / lengths : 0;
  }

  /** More is better. */
  static double score(double[] x, double[] y, NearestNeighbours.Metric metric) {
    return switch (metric) {
      case COSINE -> cosine(x, y);
      case INNER_PRODUCT -> dot(x, y);
      case SQUARED_L2 ->
          -IntStream.range(0, x.length).mapToDouble(d -> (x[d] - y[d]) * (x[d] - y[d])).sum();
    };
  }

  /**
   * Scores of one voxel of the up-sampled argmax.
   *
   * @param besideNaN whether a NaN lies beside the position, where its weight is 0: the scores may
   *     be NaN or not
   */
  record Sampled(double[] scores, boolean besideNaN) {
    static Sampled of(
        float[] values, int classes, int[] from, int[] to, int[] at, boolean nearest) {
      double[] scores = new double[classes];
      boolean beside = false;
      int i = 0;
      for (int c = 0; c < classes; c++) {
        for (int x = 0; x < from[0]; x++) {
          for (int y = 0; y < from[1]; y++) {
            for (int z = 0; z < from[2]; z++, i++) {
              double weight =
                  weight(x, at[0], from[0], to[0], nearest)
                      * weight(y, at[1], from[1], to[1], nearest)
                      * weight(z, at[2], from[2], to[2], nearest);
              scores[c] += weight == 0 ? 0 : weight * values[i];
              beside |= weight == 0 && Float.isNaN(values[i]);
            }
          }
        }
      }
      return new Sampled(scores, beside);
    }

    /** The share of grid point {@code i} in output {@code at}. */
    private static double weight(int i, int at, int from, int to, boolean nearest) {
      if (nearest) {
        return i == (int) Math.floor(at * (double) from / to) ? 1 : 0;
      }
      double position = Math.clamp((at + 0.5) * from / to - 0.5, 0, from - 1);
      return Math.max(0, 1 - Math.abs(position - i));
    }

    boolean isNaN() {
      return Arrays.stream(scores).anyMatch(Double::isNaN);
    }
  }

  /** Of one voxel. */
  record Uncertainty(double[] mean, double entropy, double information) {
    static Uncertainty of(double[][] passes, boolean logits) {
      double[] mean = new double[passes[0].length];
      double inner = 0;
      for (double[] pass : passes) {
        double[] p = logits ? softmax(pass) : pass;
        inner += entropy(p) / passes.length;
        Arrays.setAll(mean, c -> mean[c] + p[c] / passes.length);
      }
      double entropy = entropy(mean);
      return new Uncertainty(mean, entropy, Math.max(0, entropy - inner));
    }

    private static double entropy(double[] p) {
      return Arrays.stream(p).map(value -> value > 0 ? -value * Math.log(value) : 0).sum();
    }
  }

  private static double[] softmax(double[] scores) {
    double top = Arrays.stream(scores).max().orElse(0);
    double[] weights = Arrays.stream(scores).map(s -> Math.exp(s - top)).toArray();
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(w -> w / sum).toArray();
  }

  /**
   * The sums of votes.
   *
   * @param scores of the neighbours, more is better
   * @param share of neighbour j in class c
   */
  static double[] votes(
      double[] scores,
      NearestNeighbours.Weighting weighting,
      double temperature,
      int classes,
      Share share) {
    double[] weights =
        weighting == NearestNeighbours.Weighting.POSITIVE_SCORE
            ? Arrays.stream(scores).map(s -> Math.max(0, s)).toArray()
            : softmax(Arrays.stream(scores).map(s -> s / temperature).toArray());
    double[] votes = new double[classes];
    for (int j = 0; j < weights.length; j++) {
      for (int c = 0; c < classes; c++) {
        votes[c] += weights[j] * share.of(j, c);
      }
    }
    return votes;
  }

  interface Share {
    double of(int neighbour, int label);
  }

  static Summary summary(float[] values, double... levels) {
    double[] numbers =
        IntStream.range(0, values.length)
            .mapToDouble(i -> values[i])
            .filter(v -> !Double.isNaN(v))
            .sorted()
            .toArray();
    double mean = Arrays.stream(numbers).average().orElse(Double.NaN);
    return new Summary(
        mean,
        Arrays.stream(levels).mapToObj(level -> quantile(numbers, level)).toList(),
        values.length - numbers.length);
  }

  private static double quantile(double[] sorted, double level) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double position = level * (sorted.length - 1);
    int rank = (int) position;
    int next = Math.min(rank + 1, sorted.length - 1);
    return sorted[rank] + (position - rank) * (sorted[next] - sorted[rank]);
  }
}
