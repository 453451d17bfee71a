package org.onelabel.kernels.experiment;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.onelabel.kernels.GridSize;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.Summary;
import org.onelabel.kernels.Vote;
import org.onelabel.kernels.internal.memory.Segments;

/**
 * What every kernel means, in float64 and as plainly as it can be said, with what {@code
 * onelabel.h} says of infinities, of NaN and of numbers at the edges of float32.
 */
final class Truth {
  private static final float MOST_PROBABILITY = 1.001f;

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

    /** Two equal infinities do not differ. */
    double margin() {
      return best == second ? 0 : best - second;
    }
  }

  static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int d = 0; d < x.length; d++) {
      sum += x[d] * y[d];
    }
    return sum;
  }

  /** The squared length of a vector, NaN if it counts as not finite. */
  static double square(double[] vector) {
    double square = dot(vector, vector);
    return square <= Float.MAX_VALUE ? square : Double.NaN;
  }

  static double cosine(double[] x, double[] y) {
    double lengths = Math.sqrt(dot(x, x)) * Math.sqrt(dot(y, y));
    return lengths > 0 ? dot(x, y) / lengths : 0;
  }

  /** More is better. */
  static double score(double[] x, double[] y, NearestNeighbours.Metric metric) {
    return switch (metric) {
      case COSINE -> cosine(x, y);
      case INNER_PRODUCT -> {
        double dot = dot(x, y);
        yield Math.abs(dot) < Float.MIN_NORMAL ? 0 : dot;
      }
      case SQUARED_L2 -> {
        double distance =
            IntStream.range(0, x.length).mapToDouble(d -> (x[d] - y[d]) * (x[d] - y[d])).sum();
        yield distance < Float.MIN_NORMAL
            ? 0
            : distance >= Float.MAX_VALUE ? Double.NEGATIVE_INFINITY : -distance;
      }
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
        MemorySegment values, int classes, GridSize from, GridSize to, int[] at, boolean nearest) {
      double[] scores = new double[classes];
      boolean beside = false;
      long i = 0;
      for (int c = 0; c < classes; c++) {
        for (int x = 0; x < from.x(); x++) {
          for (int y = 0; y < from.y(); y++) {
            for (int z = 0; z < from.z(); z++, i++) {
              double weight =
                  weight(x, at[0], from.x(), to.x(), nearest)
                      * weight(y, at[1], from.y(), to.y(), nearest)
                      * weight(z, at[2], from.z(), to.z(), nearest);
              float value = Segments.getFloat(values, i);
              scores[c] += weight == 0 ? 0 : weight * value;
              beside |= weight == 0 && Float.isNaN(value);
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

  /** Of one voxel; all NaN where it is not a number. */
  record Uncertainty(double[] mean, double entropy, double information) {
    static Uncertainty of(double[][] passes, boolean logits) {
      double[] mean = new double[passes[0].length];
      double inner = 0;
      for (double[] pass : passes) {
        double[] p = logits ? softmax(pass) : pass;
        boolean valid = Arrays.stream(p).allMatch(v -> v >= 0 && v <= MOST_PROBABILITY);
        inner += valid ? entropy(p) / passes.length : Double.NaN;
        Arrays.setAll(mean, c -> valid ? mean[c] + p[c] / passes.length : Double.NaN);
      }
      double entropy = Math.max(0, entropy(mean));
      return new Uncertainty(mean, entropy, Math.max(0, entropy - inner));
    }

    private static double entropy(double[] p) {
      return Arrays.stream(p).map(value -> value == 0 ? 0 : -value * Math.log(value)).sum();
    }

    boolean isNaN() {
      return Double.isNaN(entropy);
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
   * @param scores of the neighbours, more is better, finite
   * @param share of neighbour j in class c
   */
  static double[] votes(double[] scores, Vote vote, Share share) {
    double[] weights =
        vote.weighting() == Vote.Weighting.POSITIVE_SCORE
            ? Arrays.stream(scores).map(s -> Math.max(0, s)).toArray()
            : softmax(Arrays.stream(scores).map(s -> s / vote.temperature()).toArray());
    double[] votes = new double[vote.classes()];
    for (int j = 0; j < weights.length; j++) {
      for (int c = 0; c < votes.length; c++) {
        votes[c] += weights[j] * share.of(j, c);
      }
    }
    return votes;
  }

  interface Share {
    double of(int neighbour, int label);
  }

  static Summary summary(double[] values, double... levels) {
    double[] numbers = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    double mean = numbers.length == 0 ? Double.NaN : Arrays.stream(numbers).sum() / numbers.length;
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
    double share = position - rank;
    return share == 0 ? sorted[rank] : (1 - share) * sorted[rank] + share * sorted[rank + 1];
  }
}
