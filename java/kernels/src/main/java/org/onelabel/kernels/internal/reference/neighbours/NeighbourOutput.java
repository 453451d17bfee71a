package org.onelabel.kernels.internal.reference.neighbours;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;

/** Writes what a search finds. */
final class NeighbourOutput {
  private final int k;
  private final boolean distance;
  private final Optional<MemorySegment> indices;
  private final Optional<MemorySegment> scores;
  private final Optional<NeighbourVote> vote;

  NeighbourOutput(NearestNeighbours call) {
    k = call.k();
    distance = call.metric() == Metric.SQUARED_L2;
    indices = call.neighbours().indices().map(HostAllocation::segment);
    scores = call.neighbours().scores().map(HostAllocation::segment);
    vote = call.vote().map(NeighbourVote::new);
  }

  /** {@code count} neighbours, best first; larger scores are better. */
  void write(long query, double[] best, int[] rows, int count) {
    writeNeighbours(query, best, rows, count);
    vote.ifPresent(v -> v.write(query, best, rows, count));
  }

  /** Of a query that is not finite. */
  void writeInvalid(long query) {
    writeNeighbours(query, new double[0], new int[0], 0);
    vote.ifPresent(v -> v.writeInvalid(query));
  }

  private void writeNeighbours(long query, double[] best, int[] rows, int count) {
    for (int j = 0; j < k; j++) {
      long at = query * k + j;
      if (indices.isPresent()) {
        Segments.setLong(indices.get(), at, j < count ? rows[j] : -1);
      }
      if (scores.isPresent()) {
        double score = j < count ? best[j] : Double.NaN;
        Segments.setFloat(scores.get(), at, (float) (distance ? -score : score));
      }
    }
  }
}
