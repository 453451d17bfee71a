package org.onelabel.pipeline;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.onelabel.kernels.DeviceMemory;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;

/**
 * Searches in cells of a template: the K nearest answer with the class shares of their voxels and
 * with where they lie, weighted by softmax(−distance / temperature). The template stays where the
 * kernels work until the search is closed. For one thread at a time.
 */
final class TemplateSearch implements AutoCloseable {
  private final Kernels kernels;
  private final int k;
  private final double temperature;
  private final int classes;
  private final int columns;
  private final double[][] moments;
  private final DeviceMemory rows;
  private final DeviceMemory values;
  private final FeatureMatrix features;

  /**
   * A search.
   *
   * @param cells of the template that are searched
   * @param k cells that answer
   * @param temperature of their weights, in squared feature distance
   */
  TemplateSearch(
      Kernels kernels, Propagation.Template template, int[] cells, int k, double temperature) {
    this.kernels = kernels;
    this.temperature = temperature;
    this.k = Math.min(k, cells.length);
    FeatureGrid grid = template.features();
    int dimension = grid.dimension();
    int positions = grid.positions();
    classes = template.classes();
    columns = classes + positions;
    CellValues shares = template.shares();
    moments = grid.positionMoments(shares.structure());
    float[] kept = new float[cells.length * dimension];
    float[] answers = new float[cells.length * columns];
    for (int i = 0; i < cells.length; i++) {
      int n = cells[i];
      System.arraycopy(grid.rows(), n * dimension, kept, i * dimension, dimension);
      System.arraycopy(shares.rows(), n * classes, answers, i * columns, classes);
      for (int p = 0; p < positions; p++) {
        answers[i * columns + classes + p] = grid.position(n, p);
      }
    }
    rows = kernels.allocate(4L * kept.length);
    values = kernels.allocate(4L * answers.length);
    rows.write(MemorySegment.ofArray(kept));
    values.write(MemorySegment.ofArray(answers));
    features = FeatureMatrix.rows(rows.segment(), cells.length, dimension);
  }

  /** Columns that are class shares; position channels follow them. */
  int classes() {
    return classes;
  }

  /** Where the template's structures lie: mean and deviation of each position channel. */
  double[][] moments() {
    return moments.clone();
  }

  /** The answer to every cell of {@code volume}: class shares, then positions in the template. */
  CellValues answers(FeatureGrid volume) {
    return new CellValues(search(volume.rows(), volume.cells()), columns);
  }

  /**
   * The class shares of every cell of {@code volume}; only {@code asking} cells search, the others
   * are background.
   */
  CellValues shares(FeatureGrid volume, int[] asking) {
    int dimension = volume.dimension();
    float[] queries = new float[asking.length * dimension];
    for (int i = 0; i < asking.length; i++) {
      System.arraycopy(volume.rows(), asking[i] * dimension, queries, i * dimension, dimension);
    }
    float[] found = asking.length == 0 ? new float[0] : search(queries, asking.length);
    float[] shares = new float[volume.cells() * classes];
    for (int n = 0; n < volume.cells(); n++) {
      shares[n * classes] = 1;
    }
    for (int i = 0; i < asking.length; i++) {
      System.arraycopy(found, i * columns, shares, asking[i] * classes, classes);
    }
    return new CellValues(shares, classes);
  }

  private float[] search(float[] queries, int count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocateFrom(ValueLayout.JAVA_FLOAT, queries);
      MemorySegment out = arena.allocate(ValueLayout.JAVA_FLOAT, (long) count * columns);
      kernels.run(
          new NearestNeighbours(
              FeatureMatrix.rows(rows, count, features.dimension()),
              features,
              NearestNeighbours.Metric.SQUARED_L2,
              k,
              null,
              null,
              null,
              null,
              new NearestNeighbours.Vote(
                  NearestNeighbours.Weighting.SOFTMAX_SCORE,
                  (float) temperature,
                  values.segment(),
                  true,
                  columns,
                  out)));
      return out.toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  @Override
  public void close() {
    rows.close();
    values.close();
  }
}
