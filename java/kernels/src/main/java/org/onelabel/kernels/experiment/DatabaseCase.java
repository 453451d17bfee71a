package org.onelabel.kernels.experiment;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.PreparedDatabase;
import org.onelabel.kernels.RangeSearch;
import org.onelabel.kernels.Vote;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;

/**
 * Rows appended to a prepared database in batches: after each, a search finds the bits that it
 * finds in a matrix of the same rows. Those are held against float64 by other cases.
 */
final class DatabaseCase implements CheckedCase {
  /** Of more pairs no radius is searched, which the CUDA emulation takes seconds for. */
  private static final int MOST_PAIRS = 30_000;

  private static final int CAPACITY = 10_000;

  private final NearestNeighbours search;
  private final FeatureMatrix rows;

  /** How many rows there are after each batch. */
  private final int[] ends;

  private Outcome outcome = new Outcome(Double.NaN, "not run");

  private DatabaseCase(NearestNeighbours search, FeatureMatrix rows, int... ends) {
    this.search = search;
    this.rows = rows;
    this.ends = ends;
  }

  static DatabaseCase draw(RandomInputs inputs) {
    return of(inputs, NeighboursCase.draw(inputs));
  }

  static DatabaseCase drawAtEdges(RandomInputs inputs) {
    return of(inputs, NeighboursCase.drawAtEdges(inputs));
  }

  private static DatabaseCase of(RandomInputs inputs, NeighboursCase drawn) {
    FeatureMatrix rows = RandomInputs.matrix(drawn.call().database());
    int count = (int) rows.count();
    int first = inputs.below(count + 1);
    int second = first + inputs.below(count - first + 1);
    return new DatabaseCase(drawn.call(), rows, first, second, count);
  }

  @Override
  public void run(Kernels kernels) {
    Findings findings =
        new Findings(
            "%d queries, %s rows of %d values after batches, %s, %s"
                .formatted(
                    search.queries().count(),
                    Arrays.toString(ends),
                    rows.dimension(),
                    search.metric(),
                    rows.type()));
    try (PreparedDatabase database =
        kernels.database(rows.dimension(), rows.type(), search.metric())) {
      List<List<MemorySegment>> expected = new ArrayList<>();
      int from = 0;
      for (int end : ends) {
        database.append(rows(from, end));
        expected.add(nearest(kernels, rows(0, end)));
        List<MemorySegment> found = nearest(kernels, database.rows());
        findings.require("neighbours after a batch", isSame(expected.getLast(), found));
        from = end;
      }
      PreparedDatabase.Rows first = new PreparedDatabase.Rows(database, ends[0]);
      findings.require(
          "neighbours in the first batch", isSame(expected.getFirst(), nearest(kernels, first)));
      if (search.queries().count() * rows.count() <= MOST_PAIRS) {
        float radius = radius(expected.getLast().getFirst());
        findings.require(
            "rows within a radius",
            isSame(within(kernels, rows, radius), within(kernels, database.rows(), radius)));
      }
    }
    outcome = findings.outcome();
  }

  /** That of some pair, which lies on it. */
  private static float radius(MemorySegment scores) {
    float score = scores.byteSize() == 0 ? Float.NaN : Segments.getFloat(scores, 0);
    return Float.isNaN(score) ? 1 : score;
  }

  private FeatureMatrix rows(int from, int end) {
    long skipped = from * rows.stride() * rows.type().bytes();
    return new FeatureMatrix(
        Buffer.of(HostAllocation.segment(rows.data()).asSlice(skipped)),
        rows.type(),
        rows.layout(),
        end - from,
        rows.dimension(),
        rows.stride());
  }

  /** Scores, indices, votes, and the number of vectors that are not finite. */
  private List<MemorySegment> nearest(Kernels kernels, NearestNeighbours.Database database) {
    int found = (int) search.queries().count() * search.k();
    MemorySegment scores = MemorySegment.ofArray(new float[found]);
    MemorySegment indices = MemorySegment.ofArray(new long[found]);
    int votes = search.vote().map(Vote::classes).orElse(0) * (int) search.queries().count();
    MemorySegment sums = MemorySegment.ofArray(new float[votes]);
    long invalid =
        kernels.run(
            new NearestNeighbours(
                search.queries(),
                database,
                search.metric(),
                search.k(),
                search.filter(),
                new NearestNeighbours.Neighbours(
                    Optional.of(Buffer.of(indices)), Optional.of(Buffer.of(scores))),
                search
                    .vote()
                    .map(
                        v ->
                            new Vote(
                                v.kind(),
                                v.labels(),
                                v.classes(),
                                v.weighting(),
                                v.temperature(),
                                Buffer.of(sums)))));
    return List.of(scores, indices, sums, MemorySegment.ofArray(new long[] {invalid}));
  }

  /** Starts, indices, scores, and the number of vectors that are not finite. */
  private List<MemorySegment> within(
      Kernels kernels, NearestNeighbours.Database database, float radius) {
    MemorySegment starts = MemorySegment.ofArray(new long[(int) search.queries().count() + 1]);
    MemorySegment indices = MemorySegment.ofArray(new long[CAPACITY]);
    MemorySegment scores = MemorySegment.ofArray(new float[CAPACITY]);
    long invalid =
        kernels.run(
            new RangeSearch(
                search.queries(),
                database,
                search.metric(),
                radius,
                search.filter(),
                new RangeSearch.Rows(
                    Buffer.of(starts),
                    CAPACITY,
                    Optional.of(Buffer.of(indices)),
                    Optional.of(Buffer.of(scores)))));
    return List.of(starts, indices, scores, MemorySegment.ofArray(new long[] {invalid}));
  }

  private static boolean isSame(List<MemorySegment> expected, List<MemorySegment> found) {
    boolean same = true;
    for (int i = 0; i < expected.size(); i++) {
      same &= expected.get(i).mismatch(found.get(i)) < 0;
    }
    return same;
  }

  @Override
  public Outcome compare() {
    return outcome;
  }
}
