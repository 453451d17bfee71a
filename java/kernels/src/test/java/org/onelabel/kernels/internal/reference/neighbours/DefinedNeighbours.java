package org.onelabel.kernels.internal.reference.neighbours;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.Vote;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;
import org.onelabel.kernels.internal.reference.threads.Cancellation;

/** Nearest neighbours, one query after the other. */
public final class DefinedNeighbours {
  private record Neighbour(double score, long index) {}

  private final NearestNeighbours call;
  private final ReferenceScores pairs;
  private final Optional<MemorySegment> indices;
  private final Optional<MemorySegment> scores;

  private DefinedNeighbours(NearestNeighbours call) {
    this.call = call;
    pairs =
        new ReferenceScores(
            call.queries(),
            ReferenceDatabase.matrix(call.database()),
            call.metric(),
            call.filter(),
            new Cancellation());
    indices = call.neighbours().indices().map(HostAllocation::segment);
    scores = call.neighbours().scores().map(HostAllocation::segment);
  }

  /** Runs; returns how many queries and database rows are not finite. */
  public static long run(NearestNeighbours call) {
    return new DefinedNeighbours(call).run();
  }

  private long run() {
    boolean distance = call.metric() == NearestNeighbours.Metric.SQUARED_L2;
    long invalid = pairs.invalidRows();
    for (long q = 0; q < call.queries().count(); q++) {
      double norm = pairs.norm(q);
      List<Neighbour> all = new ArrayList<>();
      for (int m = 0; m < call.database().count(); m++) {
        double score = pairs.score(q, norm, m);
        if (!Double.isNaN(score)) {
          all.add(new Neighbour(score, m));
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

  private static double share(float score, float best, double temperature) {
    return score == best ? 1 : Math.exp(((double) score - best) / temperature);
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
              ? Math.max(0, (float) best.get(j).score)
              : share((float) best.get(j).score, (float) best.getFirst().score, vote.temperature());
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
