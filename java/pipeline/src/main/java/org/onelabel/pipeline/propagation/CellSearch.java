package org.onelabel.pipeline.propagation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.DeviceBuffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.Vote;
import org.onelabel.pipeline.features.CellValues;

/**
 * Cells that are asked: the K whose features are nearest to a query answer with the mean of their
 * values, weighted by softmax(−distance / temperature). They stay where the kernels work until the
 * search is closed. For one thread at a time.
 */
public final class CellSearch implements AutoCloseable {
  private final Kernels kernels;
  private final int k;
  private final double temperature;
  private final int columns;
  private final DeviceBuffer rows;
  private final DeviceBuffer values;
  private final FeatureMatrix features;

  /**
   * A search.
   *
   * @param rows features of the cells, {@code dimension} each
   * @param values what they answer with
   * @param k cells that answer, or all where there are fewer
   * @param temperature of their weights, in squared feature distance
   */
  public CellSearch(
      Kernels kernels, float[] rows, int dimension, CellValues values, int k, double temperature) {
    this.kernels = kernels;
    this.k = Math.min(k, values.cells());
    this.temperature = temperature;
    columns = values.columns();
    DeviceBuffer features = uploaded(kernels, rows);
    try {
      this.features = FeatureMatrix.rows(features, values.cells(), dimension);
      this.values = uploaded(kernels, values.rows());
    } catch (RuntimeException | Error e) {
      features.close();
      throw e;
    }
    this.rows = features;
  }

  private static DeviceBuffer uploaded(Kernels kernels, float[] values) {
    DeviceBuffer memory = kernels.allocate(4L * values.length);
    try {
      return memory.write(MemorySegment.ofArray(values));
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  /** How many cells are asked. */
  public int cells() {
    return (int) features.count();
  }

  /** The answer to every query; every cell may be asked. */
  public CellValues answers(float[] queries) {
    return answers(queries, 0, 0);
  }

  /**
   * The answer to every query.
   *
   * @param queries features, one row after another
   * @param from the first cell that is not asked
   * @param to the next one that is
   */
  public CellValues answers(float[] queries, int from, int to) {
    int count = queries.length / Math.toIntExact(features.dimension());
    if (count == 0) {
      return new CellValues(new float[0], columns);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocateFrom(ValueLayout.JAVA_FLOAT, queries);
      MemorySegment out = arena.allocate(ValueLayout.JAVA_FLOAT, (long) count * columns);
      NearestNeighbours search =
          NearestNeighbours.of(
                  FeatureMatrix.rows(Buffer.of(rows), count, features.dimension()),
                  features,
                  NearestNeighbours.Metric.SQUARED_L2,
                  k)
              .voting(Vote.soft(values, columns, Buffer.of(out)).bySoftmax((float) temperature));
      kernels.run(
          from < to ? search.excluding(Buffer.of(excluded(arena, count, from, to))) : search);
      return new CellValues(out.toArray(ValueLayout.JAVA_FLOAT), columns);
    }
  }

  private static MemorySegment excluded(Arena arena, int count, int from, int to) {
    MemorySegment ranges = arena.allocate(ValueLayout.JAVA_LONG, 2L * count);
    for (int i = 0; i < count; i++) {
      ranges.setAtIndex(ValueLayout.JAVA_LONG, 2L * i, from);
      ranges.setAtIndex(ValueLayout.JAVA_LONG, 2L * i + 1, to);
    }
    return ranges;
  }

  @Override
  public void close() {
    rows.close();
    values.close();
  }
}
