package org.onelabel.pipeline.propagation;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.onelabel.kernels.Kernels;
import org.onelabel.pipeline.features.CellValues;
import org.onelabel.pipeline.features.FeatureGrid;

/**
 * Searches in cells of labelled scans: the nearest answer with the class shares of their voxels and
 * with where they lie in the template. Its owner closes it. For one thread at a time.
 */
final class TemplateSearch implements AutoCloseable {
  private final int classes;
  private final double[][] moments;
  private final CellSearch cells;

  /**
   * Cells of a labelled scan.
   *
   * @param grid its features
   * @param shares of each class in its cells
   * @param asked the cells that are searched
   */
  record Cells(FeatureGrid grid, CellValues shares, int[] asked) {
    private CellValues features() {
      return new CellValues(grid.rows(asked), grid.dimension());
    }

    private CellValues answers() {
      return shares.with(grid.positionChannels()).of(asked);
    }
  }

  /**
   * A search.
   *
   * @param scans the template's cells, and then those of further scans
   * @param k cells that answer
   * @param temperature of their weights, in squared feature distance
   */
  TemplateSearch(Kernels kernels, List<Cells> scans, int k, double temperature) {
    Cells template = scans.getFirst();
    classes = template.shares.columns();
    moments = template.grid.positionMoments(template.shares.structure());
    CellValues features = joined(scans, Cells::features);
    cells =
        new CellSearch(
            kernels,
            features.rows(),
            features.columns(),
            joined(scans, Cells::answers),
            k,
            temperature);
  }

  private static CellValues joined(List<Cells> scans, Function<Cells, CellValues> values) {
    return scans.stream().map(values).reduce(CellValues::and).orElseThrow();
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
