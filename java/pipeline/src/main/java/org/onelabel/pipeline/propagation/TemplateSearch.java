package org.onelabel.pipeline.propagation;

import java.util.stream.IntStream;
import org.onelabel.kernels.Kernels;
import org.onelabel.pipeline.features.CellValues;
import org.onelabel.pipeline.features.FeatureGrid;

/**
 * Searches in cells of a template: the nearest answer with the class shares of their voxels and
 * with where they lie. Its owner closes it. For one thread at a time.
 */
final class TemplateSearch implements AutoCloseable {
  private final int classes;
  private final double[][] moments;
  private final CellSearch cells;

  /**
   * A search.
   *
   * @param grid the template's features
   * @param shares of each class in its cells
   * @param asked the cells that are searched
   * @param k cells that answer
   * @param temperature of their weights, in squared feature distance
   */
  TemplateSearch(
      Kernels kernels,
      FeatureGrid grid,
      CellValues shares,
      int[] asked,
      int k,
      double temperature) {
    classes = shares.columns();
    moments = grid.positionMoments(shares.structure());
    CellValues answers = shares.with(grid.positionChannels()).of(asked);
    cells = new CellSearch(kernels, grid.rows(asked), grid.dimension(), answers, k, temperature);
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
    return cells.answers(volume.rows());
  }

  /**
   * The class shares of every cell of {@code volume}; only {@code asking} cells search, the others
   * are background.
   */
  CellValues shares(FeatureGrid volume, int[] asking) {
    CellValues found = cells.answers(volume.rows(asking));
    float[] shares = new float[volume.cells() * classes];
    IntStream.range(0, volume.cells()).forEach(n -> shares[n * classes] = 1);
    for (int i = 0; i < asking.length; i++) {
      for (int c = 0; c < classes; c++) {
        shares[asking[i] * classes + c] = found.at(i, c);
      }
    }
    return new CellValues(shares, classes);
  }

  @Override
  public void close() {
    cells.close();
  }
}
