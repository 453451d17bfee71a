package org.onelabel.kernels.internal.reference.neighbours;

import java.util.Arrays;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.internal.reference.lanes.Lanes;
import org.onelabel.kernels.internal.reference.lanes.VectorReader;

/** Reads tiles of database rows, as the metric wants them; of one thread. */
final class RowReader {
  private final VectorReader reader;
  private final boolean scaled;
  private final double[][] wide;
  private final double[] squares;
  private final float[] scales;

  /** For tiles of {@code width} rows. */
  RowReader(FeatureMatrix database, Metric metric, int width) {
    reader = new VectorReader(database);
    scaled = metric == Metric.COSINE;
    wide = new double[Lanes.DEPTH][width];
    squares = new double[width];
    scales = new float[width];
  }

  /** Reads rows from {@code from} on, as many as there is room, up to {@code end}. */
  int read(RowTile tile, long from, long end) {
    tile.count = (int) Math.min(tile.rows.length, end - from);
    Arrays.setAll(tile.rows, j -> (int) from + j);
    return read(tile);
  }

  /** Reads the rows that the tile names; returns how many are not finite. */
  int read(RowTile tile) {
    reader.lanes(tile.rows, tile.count, tile.values);
    Arrays.fill(squares, 0);
    for (int d = 0; d < tile.values.length; d += Lanes.DEPTH) {
      Lanes.widen(tile.values, d, wide);
      Lanes.addSquares(squares, wide);
    }
    tile.longest = 0;
    int invalid = 0;
    boolean ordinary = true;
    for (int j = 0; j < tile.count; j++) {
      boolean valid = squares[j] <= Float.MAX_VALUE;
      double length = valid ? Math.sqrt(squares[j]) : Double.NaN;
      tile.lengths[j] = length;
      tile.longest = valid ? Math.max(tile.longest, length) : tile.longest;
      invalid += valid ? 0 : 1;
      scales[j] = (float) (1 / length);
      ordinary &= length > 1e-15 && length < 1e15;
    }
    if (scaled && ordinary) {
      for (float[] lane : tile.values) {
        Lanes.multiply(lane, scales);
      }
    } else if (scaled || invalid > 0) {
      for (int j = 0; j < tile.count; j++) {
        scale(tile, j);
      }
    }
    return invalid;
  }

  /** One row, of any length. */
  private void scale(RowTile tile, int j) {
    double length = tile.lengths[j];
    for (float[] lane : tile.values) {
      lane[j] =
          Double.isNaN(length) || length == 0 ? 0 : scaled ? (float) (lane[j] / length) : lane[j];
    }
  }
}
