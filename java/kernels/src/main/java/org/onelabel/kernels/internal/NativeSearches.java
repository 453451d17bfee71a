package org.onelabel.kernels.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.PreparedDatabase;
import org.onelabel.kernels.RangeSearch;
import org.onelabel.kernels.Vote;
import org.onelabel.kernels.internal.binding.DatabaseFunctions;
import org.onelabel.kernels.internal.binding.SearchFunctions;
import org.onelabel.kernels.internal.memory.CallMemory;

/** The searches, as {@link NativeCalls} has the other kernels: in a matrix, or in prepared rows. */
final class NativeSearches {
  /** {@code ONELABEL_NO_VOTE}. */
  static final int NO_VOTE = 0;

  private final NativeContext context;
  private final SearchFunctions searches;
  private final DatabaseFunctions databases;

  NativeSearches(NativeContext context) {
    this.context = context;
    searches = context.library().searches();
    databases = context.library().databases();
  }

  long run(NearestNeighbours call, boolean counted) {
    CallMemory memory = context.begin("knn", work(call.queries(), call.database()));
    try {
      use(memory, call.queries(), call.database(), call.filter());
      memory.use(call.neighbours().indices());
      memory.use(call.neighbours().scores());
      if (call.vote().isPresent()) {
        memory.use(call.vote().get().labels());
        memory.use(call.vote().get().votes());
      }
      MemorySegment invalid = memory.counters();
      MemorySegment counts = counted ? invalid : MemorySegment.NULL;
      switch (call.database()) {
        case FeatureMatrix matrix -> context.checkCall("knn", knn(call, matrix, memory, counts));
        case PreparedDatabase.Rows rows -> context.check(knn(call, rows, memory, counts));
      }
      memory.finish();
      return counted ? invalidVectors(invalid) : 0;
    } finally {
      context.end(memory);
    }
  }

  private int knn(
      NearestNeighbours call, FeatureMatrix m, CallMemory memory, MemorySegment invalid) {
    FeatureMatrix q = call.queries();
    Optional<Vote> vote = call.vote();
    boolean voting = vote.isPresent();
    return searches.knn(
        memory.isPinned(),
        context.handle(),
        memory.input("queries", q.data(), q.type().bytes()),
        q.count(),
        q.stride(),
        memory.input("database", m.data(), m.type().bytes()),
        m.count(),
        m.stride(),
        q.dimension(),
        q.type().code(),
        call.metric().code(),
        call.k(),
        memory.input("allowed", call.filter().allowed(), 1),
        memory.input("excluded", call.filter().excluded(), 8),
        memory.output("indices", call.neighbours().indices(), 8),
        memory.output("scores", call.neighbours().scores(), 4),
        voting ? vote.get().weighting().code() : NO_VOTE,
        voting ? vote.get().temperature() : 1f,
        voting ? labels(memory, vote.get()) : MemorySegment.NULL,
        voting ? vote.get().kind().code() : Vote.LabelKind.HARD.code(),
        voting ? vote.get().classes() : 0,
        voting ? memory.output("votes", vote.get().votes(), 4) : MemorySegment.NULL,
        invalid);
  }

  private int knn(
      NearestNeighbours call,
      PreparedDatabase.Rows rows,
      CallMemory memory,
      MemorySegment invalid) {
    FeatureMatrix q = call.queries();
    Optional<Vote> vote = call.vote();
    boolean voting = vote.isPresent();
    return databases.knn(
        memory.isPinned(),
        context.handle(),
        NativeDatabase.of(rows, context).handle(),
        rows.count(),
        memory.input("queries", q.data(), q.type().bytes()),
        q.count(),
        q.stride(),
        call.k(),
        memory.input("allowed", call.filter().allowed(), 1),
        memory.input("excluded", call.filter().excluded(), 8),
        memory.output("indices", call.neighbours().indices(), 8),
        memory.output("scores", call.neighbours().scores(), 4),
        voting ? vote.get().weighting().code() : NO_VOTE,
        voting ? vote.get().temperature() : 1f,
        voting ? labels(memory, vote.get()) : MemorySegment.NULL,
        voting ? vote.get().kind().code() : Vote.LabelKind.HARD.code(),
        voting ? vote.get().classes() : 0,
        voting ? memory.output("votes", vote.get().votes(), 4) : MemorySegment.NULL,
        invalid);
  }

  long run(RangeSearch call) {
    RangeSearch.Rows found = call.rows();
    CallMemory memory = context.begin("range-search", work(call.queries(), call.database()));
    try {
      use(memory, call.queries(), call.database(), call.filter());
      memory.use(found.starts());
      memory.use(found.indices());
      memory.use(found.scores());
      MemorySegment invalid = memory.counters();
      switch (call.database()) {
        case FeatureMatrix matrix ->
            context.checkCall("range-search", rangeSearch(call, matrix, memory, invalid));
        case PreparedDatabase.Rows rows -> context.check(rangeSearch(call, rows, memory, invalid));
      }
      memory.finish();
      return invalidVectors(invalid);
    } finally {
      context.end(memory);
    }
  }

  private int rangeSearch(
      RangeSearch call, FeatureMatrix m, CallMemory memory, MemorySegment invalid) {
    FeatureMatrix q = call.queries();
    RangeSearch.Rows found = call.rows();
    return searches.rangeSearch(
        memory.isPinned(),
        context.handle(),
        memory.input("queries", q.data(), q.type().bytes()),
        q.count(),
        q.stride(),
        memory.input("database", m.data(), m.type().bytes()),
        m.count(),
        m.stride(),
        q.dimension(),
        q.type().code(),
        call.metric().code(),
        call.radius(),
        memory.input("allowed", call.filter().allowed(), 1),
        memory.input("excluded", call.filter().excluded(), 8),
        memory.output("starts", found.starts(), 8),
        found.capacity(),
        memory.output("indices", found.indices(), 8),
        memory.output("scores", found.scores(), 4),
        invalid);
  }

  private int rangeSearch(
      RangeSearch call, PreparedDatabase.Rows rows, CallMemory memory, MemorySegment invalid) {
    FeatureMatrix q = call.queries();
    RangeSearch.Rows found = call.rows();
    return databases.rangeSearch(
        memory.isPinned(),
        context.handle(),
        NativeDatabase.of(rows, context).handle(),
        rows.count(),
        memory.input("queries", q.data(), q.type().bytes()),
        q.count(),
        q.stride(),
        call.radius(),
        memory.input("allowed", call.filter().allowed(), 1),
        memory.input("excluded", call.filter().excluded(), 8),
        memory.output("starts", found.starts(), 8),
        found.capacity(),
        memory.output("indices", found.indices(), 8),
        memory.output("scores", found.scores(), 4),
        invalid);
  }

  /** Multiply-adds; of a prepared database all rows count, because a search prepares them. */
  private static double work(FeatureMatrix queries, NearestNeighbours.Database database) {
    long rows =
        switch (database) {
          case FeatureMatrix matrix -> matrix.count();
          case PreparedDatabase.Rows prepared -> prepared.database().count();
        };
    return (double) queries.count() * rows * queries.dimension();
  }

  private void use(
      CallMemory memory,
      FeatureMatrix queries,
      NearestNeighbours.Database database,
      NearestNeighbours.Filter filter) {
    memory.use(queries.data());
    switch (database) {
      case FeatureMatrix matrix -> memory.use(matrix.data());
      case PreparedDatabase.Rows rows -> memory.use(NativeDatabase.of(rows, context).lifetime());
    }
    memory.use(filter.allowed());
    memory.use(filter.excluded());
  }

  /** Queries and rows that are not finite. */
  private static long invalidVectors(MemorySegment counts) {
    return counts.get(ValueLayout.JAVA_LONG, 0) + counts.get(ValueLayout.JAVA_LONG, 8);
  }

  private static MemorySegment labels(CallMemory memory, Vote vote) {
    return memory.input("labels", vote.labels(), vote.kind() == Vote.LabelKind.SOFT ? 4 : 1);
  }
}
