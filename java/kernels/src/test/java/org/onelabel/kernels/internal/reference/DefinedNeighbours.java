package org.onelabel.kernels.internal.reference;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.Vote;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;
import org.onelabel.kernels.internal.memory.Vectors;

/** Nearest neighbours, one query after the other. */
final class DefinedNeighbours {
  private record Neighbour(double score, long index) {}

  private final NearestNeighbours call;
  private final Vectors queries;
  private final Vectors database;
  private final Optional<MemorySegment> allowed;
  private final Optional<MemorySegment> excluded;
  private final Optional<MemorySegment> indices;
  private final Optional<MemorySegment> scores;

  private DefinedNeighbours(NearestNeighbours call) {
    this.call = call;
    queries = Vectors.of(call.queries());
    database = Vectors.of(call.database());
    allowed = call.filter().allowed().map(HostAllocation::segment);
    excluded = call.filter().excluded().map(HostAllocation::segment);
    indices = call.neighbours().indices().map(HostAllocation::segment);
    scores = call.neighbours().scores().map(HostAllocation::segment);
  }

  static long run(NearestNeighbours call) {
    return new DefinedNeighbours(call).run();
  }

  private long run() {
    boolean distance = call.metric() == NearestNeighbours.Metric.SQUARED_L2;
    double[] norms = new double[Math.toIntExact(call.database().count())];
    long invalid = 0;
    for (int m = 0; m < norms.length; m++) {
      norms[m] = norm(database, m);
      invalid += Double.isNaN(norms[m]) ? 1 : 0;
    }
    for (long q = 0; q < call.queries().count(); q++) {
      double norm = norm(queries, q);
      List<Neighbour> all = new ArrayList<>();
      for (int m = 0; m < norms.length && !Double.isNaN(norm); m++) {
        if (!Double.isNaN(norms[m]) && eligible(q, m)) {
          all.add(new Neighbour(score(q, norm, m, norms[m]), m));
        }
      }
      // In float32, where the outputs live, so that a tie here is a tie there.
      all.sort((a, b) -> Float.compare((float) b.score + 0f, (float) a.score + 0f));
      List<Neighbour> best = all.subList(0, Math.min(call.k(), all.size()));
      invalid += Double.isNaN(norm) ? 1 : 0;
      for (int j = 0; j < call.k(); j++) {
        long at = q * call.k() + j;
        boolean there = j < best.size();
        if (indices.isPresent()) {
          Segments.setLong(indices.get(), at, there ? best.get(j).index : -1);
        }
        if (scores.isPresent()) {
          double score = there ? best.get(j).score : Double.NaN;
          Segments.setFloat(scores.get(), at, (float) (distance ? -score : score));
        }
      }
      if (call.vote().isPresent()) {
        vote(call.vote().get(), q, best, Double.isNaN(norm));
      }
    }
    return invalid;
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
    for (long d = 0; d < call.queries().dimension(); d++) {
      double x = queries.at(q, d);
      double y = database.at(m, d);
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

  private static void vote(Vote vote, long q, List<Neighbour> best, boolean invalid) {
    MemorySegment labels = HostAllocation.segment(vote.labels());
    MemorySegment out = HostAllocation.segment(vote.votes());
    double[] votes = new double[vote.classes()];
    Arrays.fill(votes, invalid ? Double.NaN : 0);
    double total = 0;
    double[] weights = new double[best.size()];
    for (int j = 0; j < weights.length; j++) {
      weights[j] =
          vote.weighting() == Vote.Weighting.POSITIVE_SCORE
              ? Math.max(0, best.get(j).score)
              : share(best.get(j).score, best.getFirst().score, vote.temperature());
      total += weights[j];
    }
    for (int j = 0; j < weights.length; j++) {
      double weight =
          vote.weighting() == Vote.Weighting.SOFTMAX_SCORE ? weights[j] / total : weights[j];
      if ((float) weight == 0) {
        continue;
      }
      long index = best.get(j).index;
      if (vote.kind() == Vote.LabelKind.SOFT) {
        for (int c = 0; c < votes.length; c++) {
          votes[c] += weight * Segments.getFloat(labels, index * votes.length + c);
        }
      } else if (Segments.getByte(labels, index) < votes.length) {
        votes[Segments.getByte(labels, index)] += weight;
      }
    }
    for (int c = 0; c < votes.length; c++) {
      Segments.setFloat(out, q * votes.length + c, (float) votes[c]);
    }
  }
}
