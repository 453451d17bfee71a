package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The kernels as their definitions read, in float64, one voxel or query after the other. */
final class ReferenceKernels implements Kernels {
  private static final int NO_LABEL = 255;

  /** 1, and what rounding may add. */
  private static final float MOST_PROBABILITY = 1.001f;

  @Override
  public Implementation implementation() {
    return Implementation.REFERENCE;
  }

  @Override
  public String instructionSet() {
    return "java";
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public Bounds measureBounds() {
    return null;
  }

  @Override
  public DeviceMemory allocate(long bytes) {
    return DeviceMemory.onHost(bytes);
  }

  @Override
  public Device device() {
    return null;
  }

  @Override
  public long run(PrototypeCosine call) {
    FeatureMatrix f = call.features();
    long invalid = 0;
    double[] scores = new double[call.classes()];
    for (long i = 0; i < call.classes() * f.dimension() && f.count() > 0; i++) {
      if (!Float.isFinite(Segments.getFloat(call.prototypes(), i))) {
        throw new IllegalArgumentException("a prototype is not finite");
      }
    }
    for (long n = 0; n < f.count(); n++) {
      double square = 0;
      for (long d = 0; d < f.dimension(); d++) {
        square += (double) f.at(n, d) * f.at(n, d);
      }
      boolean valid = square <= Float.MAX_VALUE;
      invalid += valid ? 0 : 1;
      for (int c = 0; c < call.classes(); c++) {
        double dot = 0;
        double length = 0;
        for (long d = 0; d < f.dimension(); d++) {
          double p = Segments.getFloat(call.prototypes(), c * f.dimension() + d);
          dot += f.at(n, d) * p;
          length += p * p;
        }
        double product = Math.sqrt(square) * Math.sqrt(length);
        scores[c] = !valid ? Double.NaN : product > 0 ? dot / product : 0;
        if (call.scores() != null) {
          Segments.setFloat(call.scores(), c * f.count() + n, (float) scores[c]);
        }
      }
      writeArgmax(scores, n, call.labels(), call.margins());
    }
    return invalid;
  }

  @Override
  public void run(UpsampleArgmax call) {
    int[] in = call.from();
    int[] out = call.to();
    double[] scores = new double[call.classes()];
    long index = 0;
    for (int x = 0; x < out[0]; x++) {
      for (int y = 0; y < out[1]; y++) {
        for (int z = 0; z < out[2]; z++) {
          for (int c = 0; c < scores.length; c++) {
            scores[c] = sample(call, c, in, new int[] {x, y, z});
          }
          writeArgmax(scores, index++, call.labels(), call.margins());
        }
      }
    }
  }

  private static double sample(UpsampleArgmax call, int c, int[] in, int[] at) {
    int[] low = new int[3];
    double[] share = new double[3];
    for (int a = 0; a < 3; a++) {
      if (call.interpolation() == UpsampleArgmax.Interpolation.NEAREST) {
        low[a] = (int) Math.min(at[a] * (double) in[a] / call.to()[a], in[a] - 1);
      } else {
        // Multiplied first: where an output lies on a sample, the other has a weight of exactly 0.
        double position = Math.clamp((at[a] + 0.5) * in[a] / call.to()[a] - 0.5, 0, in[a] - 1);
        low[a] = (int) position;
        share[a] = position - low[a];
      }
    }
    double sum = 0;
    for (int corner = 0; corner < 8; corner++) {
      double weight = 1;
      int index = c;
      for (int a = 0; a < 3; a++) {
        int step = corner >> a & 1;
        weight *= step == 1 ? share[a] : 1 - share[a];
        index = index * in[a] + Math.min(low[a] + step, in[a] - 1);
      }
      if (weight != 0) {
        sum += weight * Segments.getFloat(call.scores(), index);
      }
    }
    return sum;
  }

  @Override
  public long run(VoxelEntropy call) {
    long invalid = 0;
    double[] mean = new double[call.classes()];
    double[] p = new double[call.classes()];
    for (long n = 0; n < call.voxels(); n++) {
      Arrays.fill(mean, 0);
      double inner = 0;
      for (long t = 0; t < call.passes(); t++) {
        for (int c = 0; c < p.length; c++) {
          p[c] = Segments.getFloat(call.input(), (t * p.length + c) * call.voxels() + n);
        }
        if (call.kind() == VoxelEntropy.Kind.LOGITS) {
          softmax(p);
        }
        requireProbabilities(p);
        inner += entropy(p) / call.passes();
        for (int c = 0; c < p.length; c++) {
          mean[c] += p[c] / call.passes();
        }
      }
      double entropy = Math.max(0, entropy(mean));
      if (Double.isNaN(entropy)) {
        invalid++;
        Arrays.fill(mean, Double.NaN);
      }
      for (int c = 0; c < p.length && call.mean() != null; c++) {
        Segments.setFloat(call.mean(), c * call.voxels() + n, (float) mean[c]);
      }
      if (call.entropy() != null) {
        Segments.setFloat(call.entropy(), n, (float) entropy);
      }
      if (call.mutualInformation() != null) {
        Segments.setFloat(call.mutualInformation(), n, (float) Math.max(0, entropy - inner));
      }
      writeArgmax(mean, n, call.labels(), null);
    }
    return invalid;
  }

  private static void softmax(double[] l) {
    double top = Arrays.stream(l).max().orElseThrow();
    double sum = 0;
    for (int c = 0; c < l.length; c++) {
      l[c] = Math.exp(l[c] - top);
      sum += l[c];
    }
    for (int c = 0; c < l.length; c++) {
      l[c] /= sum;
    }
  }

  /** What is no probability makes all of them NaN. */
  private static void requireProbabilities(double[] p) {
    if (!Arrays.stream(p).allMatch(value -> value >= 0 && (float) value <= MOST_PROBABILITY)) {
      Arrays.fill(p, Double.NaN);
    }
  }

  private static double entropy(double[] p) {
    double sum = 0;
    for (double value : p) {
      sum -= value == 0 ? 0 : value * Math.log(value);
    }
    return sum;
  }

  private record Neighbour(double score, long index) {}

  @Override
  public long run(NearestNeighbours call) {
    FeatureMatrix queries = call.queries();
    FeatureMatrix database = call.database();
    boolean distance = call.metric() == NearestNeighbours.Metric.SQUARED_L2;
    double[] norms = new double[Math.toIntExact(database.count())];
    long invalid = 0;
    for (int m = 0; m < norms.length; m++) {
      norms[m] = norm(database, m);
      invalid += Double.isNaN(norms[m]) ? 1 : 0;
    }
    for (long q = 0; q < queries.count(); q++) {
      double norm = norm(queries, q);
      List<Neighbour> all = new ArrayList<>();
      for (int m = 0; m < norms.length && !Double.isNaN(norm); m++) {
        if (!Double.isNaN(norms[m]) && eligible(call, q, m)) {
          all.add(new Neighbour(score(call, q, norm, m, norms[m]), m));
        }
      }
      // In float32, where the outputs live, so that a tie here is a tie there.
      all.sort((a, b) -> Float.compare((float) b.score + 0f, (float) a.score + 0f));
      List<Neighbour> best = all.subList(0, Math.min(call.k(), all.size()));
      invalid += Double.isNaN(norm) ? 1 : 0;
      for (int j = 0; j < call.k(); j++) {
        long at = q * call.k() + j;
        boolean there = j < best.size();
        if (call.indices() != null) {
          Segments.setLong(call.indices(), at, there ? best.get(j).index : -1);
        }
        if (call.scores() != null) {
          double score = there ? best.get(j).score : Double.NaN;
          Segments.setFloat(call.scores(), at, (float) (distance ? -score : score));
        }
      }
      if (call.vote() != null) {
        vote(call.vote(), q, best, Double.isNaN(norm));
      }
    }
    return invalid;
  }

  private static double norm(FeatureMatrix matrix, long n) {
    double square = 0;
    for (long d = 0; d < matrix.dimension(); d++) {
      square += (double) matrix.at(n, d) * matrix.at(n, d);
    }
    return square <= Float.MAX_VALUE ? Math.sqrt(square) : Double.NaN;
  }

  private static boolean eligible(NearestNeighbours call, long q, long m) {
    if (call.allowed() != null && (Segments.getByte(call.allowed(), m >> 3) >> (m & 7) & 1) == 0) {
      return false;
    }
    return call.excluded() == null
        || m < Segments.getLong(call.excluded(), 2 * q)
        || m >= Segments.getLong(call.excluded(), 2 * q + 1);
  }

  private static double score(
      NearestNeighbours call, long q, double queryNorm, long m, double rowNorm) {
    double dot = 0;
    double distance = 0;
    for (long d = 0; d < call.queries().dimension(); d++) {
      double x = call.queries().at(q, d);
      double y = call.database().at(m, d);
      dot += x * y;
      distance += (x - y) * (x - y);
    }
    return switch (call.metric()) {
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

  private static double share(double score, double best, double temperature) {
    return score == best ? 1 : Math.exp((score - best) / temperature);
  }

  private static void vote(
      NearestNeighbours.Vote vote, long q, List<Neighbour> best, boolean invalid) {
    double[] votes = new double[vote.classes()];
    Arrays.fill(votes, invalid ? Double.NaN : 0);
    double total = 0;
    double[] weights = new double[best.size()];
    for (int j = 0; j < weights.length; j++) {
      weights[j] =
          vote.weighting() == NearestNeighbours.Weighting.POSITIVE_SCORE
              ? Math.max(0, best.get(j).score)
              : share(best.get(j).score, best.getFirst().score, vote.temperature());
      total += weights[j];
    }
    for (int j = 0; j < weights.length; j++) {
      double weight =
          vote.weighting() == NearestNeighbours.Weighting.SOFTMAX_SCORE
              ? weights[j] / total
              : weights[j];
      if ((float) weight == 0) {
        continue;
      }
      long index = best.get(j).index;
      if (vote.soft()) {
        for (int c = 0; c < votes.length; c++) {
          votes[c] += weight * Segments.getFloat(vote.labels(), index * votes.length + c);
        }
      } else if (Segments.getByte(vote.labels(), index) < votes.length) {
        votes[Segments.getByte(vote.labels(), index)] += weight;
      }
    }
    for (int c = 0; c < votes.length; c++) {
      Segments.setFloat(vote.votes(), q * votes.length + c, (float) votes[c]);
    }
  }

  @Override
  public Summary summarise(MemorySegment values, long count, double... levels) {
    Summary.check(values, count, levels);
    double[] sorted = new double[Math.toIntExact(count)];
    int valid = 0;
    for (long i = 0; i < count; i++) {
      double value = Segments.getFloat(values, i);
      if (!Double.isNaN(value)) {
        sorted[valid++] = value;
      }
    }
    double mean = Arrays.stream(sorted, 0, valid).average().orElse(Double.NaN);
    Arrays.sort(sorted, 0, valid);
    List<Double> quantiles = new ArrayList<>();
    for (double level : levels) {
      double position = level * (valid - 1);
      int rank = (int) position;
      quantiles.add(
          valid == 0
              ? Double.NaN
              : between(sorted[rank], sorted[Math.min(rank + 1, valid - 1)], position - rank));
    }
    return new Summary(mean, quantiles, count - valid);
  }

  /** The sum of both with weights 1 − share and share; what has no weight does not count. */
  private static double between(double lower, double upper, double share) {
    return share == 0 || lower == upper
        ? lower
        : Double.isInfinite(lower) || Double.isInfinite(upper)
            ? lower + upper
            : lower + share * (upper - lower);
  }

  private static void writeArgmax(
      double[] scores, long index, MemorySegment labels, MemorySegment margins) {
    int best = 0;
    double second = Double.NEGATIVE_INFINITY;
    boolean valid = !Double.isNaN(scores[0]);
    for (int c = 1; c < scores.length; c++) {
      valid &= !Double.isNaN(scores[c]);
      // In float32, where the outputs live, so that a tie here is a tie there.
      if ((float) scores[c] > (float) scores[best]) {
        second = scores[best];
        best = c;
      } else {
        second = Math.max(second, scores[c]);
      }
    }
    if (labels != null) {
      Segments.setByte(labels, index, valid ? best : NO_LABEL);
    }
    if (margins != null) {
      Segments.setFloat(margins, index, valid ? margin(scores[best], second) : Float.NaN);
    }
  }

  /** Two equal infinities do not differ. */
  private static float margin(double best, double second) {
    return best == second ? 0 : (float) (best - second);
  }

  @Override
  public void close() {
    // Nothing native to free.
  }
}
