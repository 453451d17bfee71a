package org.onelabel.kernels.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.onelabel.kernels.ElementType;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.PreparedDatabase;
import org.onelabel.kernels.internal.binding.DatabaseFunctions;
import org.onelabel.kernels.internal.memory.CallMemory;
import org.onelabel.kernels.internal.memory.Lifetime;

/** A database of a library, open while calls use it; it may outlive its context. */
final class NativeDatabase implements PreparedDatabase {
  private final NativeContext context;
  private final DatabaseFunctions functions;
  private final long dimension;
  private final ElementType type;
  private final Metric metric;
  private final MemorySegment handle;
  private final Lifetime lifetime = new Lifetime("this database is closed");

  NativeDatabase(NativeContext context, long dimension, ElementType type, Metric metric) {
    this.context = context;
    this.dimension = dimension;
    this.type = Objects.requireNonNull(type, "type");
    this.metric = Objects.requireNonNull(metric, "metric");
    functions = context.library().databases();
    context.enter();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      context.check(functions.create(context.handle(), dimension, type.code(), metric.code(), out));
      handle = out.get(ValueLayout.ADDRESS, 0);
    } finally {
      context.leave();
    }
  }

  /** The database of some rows, which is that of the context's library. */
  static NativeDatabase of(Rows rows, NativeContext context) {
    if (rows.database() instanceof NativeDatabase own
        && own.context.library() == context.library()) {
      return own;
    }
    throw new IllegalArgumentException("these rows were prepared by other kernels");
  }

  /** What a call is given, which keeps the database open by its {@link #lifetime}. */
  MemorySegment handle() {
    return handle;
  }

  Lifetime lifetime() {
    return lifetime;
  }

  @Override
  public long dimension() {
    return dimension;
  }

  @Override
  public ElementType type() {
    return type;
  }

  @Override
  public Metric metric() {
    return metric;
  }

  @Override
  public void append(FeatureMatrix rows) {
    check(rows);
    // It may wait for another one, and may move what is there: the garbage collector must not wait.
    CallMemory memory = context.begin("append", Double.MAX_VALUE);
    try {
      memory.use(lifetime);
      memory.use(rows.data());
      context.check(
          functions.append(
              context.handle(),
              handle,
              memory.input("rows", rows.data(), type.bytes()),
              rows.count(),
              rows.stride()));
      memory.finish();
    } finally {
      context.end(memory);
    }
  }

  @Override
  public long count() {
    lifetime.enter();
    try {
      return functions.count(handle);
    } finally {
      lifetime.leave();
    }
  }

  @Override
  public void close() {
    if (lifetime.close()) {
      functions.destroy(handle);
    }
  }
}
