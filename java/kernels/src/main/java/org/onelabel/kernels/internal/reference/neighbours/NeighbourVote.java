package org.onelabel.kernels.internal.reference.neighbours;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.onelabel.kernels.Vote;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;

/** Sums up the labels of a query's neighbours. */
final class NeighbourVote {
  private final Vote vote;
  private final MemorySegment labels;
  private final MemorySegment out;
  private final double[] votes;

  NeighbourVote(Vote vote) {
    this.vote = vote;
    labels = HostAllocation.segment(vote.labels());
    out = HostAllocation.segment(vote.votes());
    votes = new double[vote.classes()];
  }

  /**
   * Writes the votes of {@code count} neighbours, best first.
   *
   * <p>They weigh what their scores are as float32, by which they are ordered: of two that are
   * equal there the second may be the better one in float64, and then would have the larger weight.
   */
  void write(long query, double[] scores, int[] rows, int count) {
    Arrays.fill(votes, 0);
    double total = 0;
    double[] weights = new double[count];
    for (int j = 0; j < count; j++) {
      weights[j] =
          vote.weighting() == Vote.Weighting.POSITIVE_SCORE
              ? Math.max(0, (float) scores[j])
              : share((float) scores[j], (float) scores[0], vote.temperature());
      total += weights[j];
    }
    for (int j = 0; j < count; j++) {
      double weight =
          vote.weighting() == Vote.Weighting.SOFTMAX_SCORE ? weights[j] / total : weights[j];
      if ((float) weight != 0) {
        add(weight, rows[j]);
      }
    }
    write(query);
  }

  /** Of a query that is not finite. */
  void writeInvalid(long query) {
    Arrays.fill(votes, Double.NaN);
    write(query);
  }

  private void add(double weight, long row) {
    if (vote.kind() == Vote.LabelKind.SOFT) {
      for (int c = 0; c < votes.length; c++) {
        votes[c] += weight * Segments.getFloat(labels, row * votes.length + c);
      }
    } else if (Segments.getByte(labels, row) < votes.length) {
      votes[Segments.getByte(labels, row)] += weight;
    }
  }

  private void write(long query) {
    for (int c = 0; c < votes.length; c++) {
      Segments.setFloat(out, query * votes.length + c, (float) votes[c]);
    }
  }

  private static double share(float score, float best, double temperature) {
    return score == best ? 1 : Math.exp(((double) score - best) / temperature);
  }
}
