package org.onelabel.kernels.internal.reference.neighbours;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.ElementType;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.PreparedDatabase;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.reference.threads.Cancellation;

/** Copies of rows, of which a search is given the first ones as a matrix. */
public final class ReferenceDatabase implements PreparedDatabase {
  private final long dimension;
  private final ElementType type;
  private final Metric metric;
  private final Cancellation cancellation;

  /** The rows, densely, and room for more; a search that runs keeps what was here before. */
  private MemorySegment memory = MemorySegment.NULL;

  private long count;
  private boolean closed;

  /** Without rows; cancellation ends what is appended. */
  public ReferenceDatabase(
      long dimension, ElementType type, Metric metric, Cancellation cancellation) {
    if (dimension < 0 || dimension > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("dimension is 0 to 2^31 - 1: " + dimension);
    }
    this.dimension = dimension;
    this.type = Objects.requireNonNull(type, "type");
    this.metric = Objects.requireNonNull(metric, "metric");
    this.cancellation = cancellation;
  }

  /** What a search reads. */
  public static FeatureMatrix matrix(NearestNeighbours.Database database) {
    return switch (database) {
      case FeatureMatrix matrix -> matrix;
      case Rows rows when rows.database() instanceof ReferenceDatabase own ->
          own.first(rows.count());
      case Rows _ ->
          throw new IllegalArgumentException("these rows were prepared by other kernels");
    };
  }

  private synchronized FeatureMatrix first(long rows) {
    requireOpen();
    return new FeatureMatrix(
        Buffer.of(memory), type, FeatureMatrix.Layout.ROWS, rows, dimension, dimension);
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
  public synchronized void append(FeatureMatrix rows) {
    check(rows);
    requireOpen();
    cancellation.check();
    MemorySegment from = HostAllocation.segment(rows.data());
    long width = dimension * type.bytes();
    long there = count * width;
    long needed = Math.addExact(there, Math.multiplyExact(rows.count(), width));
    if (needed > memory.byteSize()) {
      MemorySegment grown =
          Arena.ofAuto().allocate(Math.max(needed, 2 * memory.byteSize()), Long.BYTES);
      MemorySegment.copy(memory, 0, grown, 0, there);
      memory = grown;
    }
    for (long i = 0; i < rows.count(); i++) {
      MemorySegment.copy(from, i * rows.stride() * type.bytes(), memory, there + i * width, width);
    }
    count += rows.count();
  }

  @Override
  public synchronized long count() {
    requireOpen();
    return count;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this database is closed");
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    memory = MemorySegment.NULL;
  }
}
