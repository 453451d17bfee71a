package org.onelabel.kernels.internal.reference.neighbours;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.RangeSearch;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;
import org.onelabel.kernels.internal.reference.threads.Cancellation;

/** Rows within a radius, counted, and then written where there is room. */
public final class ReferenceRange {
  private final RangeSearch call;
  private final ReferenceScores pairs;
  private final MemorySegment starts;
  private final Optional<MemorySegment> indices;
  private final Optional<MemorySegment> scores;

  private ReferenceRange(RangeSearch call, Cancellation cancellation) {
    this.call = call;
    pairs =
        new ReferenceScores(
            call.queries(),
            ReferenceDatabase.matrix(call.database()),
            call.metric(),
            call.filter(),
            cancellation);
    starts = HostAllocation.segment(call.rows().starts());
    indices = call.rows().indices().map(HostAllocation::segment);
    scores = call.rows().scores().map(HostAllocation::segment);
  }

  /** Runs; returns how many queries and database rows are not finite. */
  public static long run(RangeSearch call, Cancellation cancellation) {
    return new ReferenceRange(call, cancellation).run();
  }

  private long run() {
    long invalid = pairs.invalidRows();
    long found = 0;
    Segments.setLong(starts, 0, 0);
    for (long q = 0; q < call.queries().count(); q++) {
      invalid += Double.isNaN(pairs.norm(q)) ? 1 : 0;
      found = visit(q, found, false);
      Segments.setLong(starts, q + 1, found);
    }
    for (long q = 0; q < call.queries().count() && found <= call.rows().capacity(); q++) {
      visit(q, Segments.getLong(starts, q), true);
    }
    return invalid;
  }

  /** Counts on from {@code at} with the rows of a query. */
  private long visit(long query, long at, boolean write) {
    boolean distance = call.metric() == NearestNeighbours.Metric.SQUARED_L2;
    double norm = pairs.norm(query);
    for (int m = 0; m < call.database().count(); m++) {
      double score = pairs.score(query, norm, m);
      float given = (float) (distance ? 0 - score : score);
      if (distance ? given <= call.radius() : given >= call.radius()) {
        if (write && indices.isPresent()) {
          Segments.setLong(indices.get(), at, m);
        }
        if (write && scores.isPresent()) {
          Segments.setFloat(scores.get(), at, given);
        }
        at++;
      }
    }
    return at;
  }
}
