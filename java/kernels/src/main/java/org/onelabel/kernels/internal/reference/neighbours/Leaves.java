package org.onelabel.kernels.internal.reference.neighbours;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.internal.reference.lanes.VectorReader;

/**
 * A database of few dimensions in the leaves of a k-d tree, each with the box that its rows lie in:
 * a search for the least distances passes over most of them.
 */
final class Leaves {
  /** Rows of a leaf. */
  static final int WIDTH = 128;

  /** What rounding may add to a distance from a box, relative to it. */
  private static final double ROUNDING = 1e-6;

  private final float[] values;
  private final int dimension;
  private final List<RowTile> tiles = new ArrayList<>();
  private final double[][] lower;
  private final double[][] upper;
  private final int invalid;

  Leaves(FeatureMatrix database) {
    dimension = (int) database.dimension();
    int count = (int) database.count();
    VectorReader reader = new VectorReader(database);
    values = new float[count * dimension];
    int[] rows = new int[count];
    int finite = 0;
    for (int i = 0; i < count; i++) {
      reader.row(i, values, i * dimension);
      rows[finite] = i;
      finite += isFinite(i) ? 1 : 0;
    }
    invalid = count - finite;
    split(rows, 0, finite, database);
    RowReader tileReader = new RowReader(database, Metric.SQUARED_L2, WIDTH);
    lower = new double[dimension][tiles.size()];
    upper = new double[dimension][tiles.size()];
    for (int leaf = 0; leaf < tiles.size(); leaf++) {
      tileReader.read(tiles.get(leaf));
      for (int d = 0; d < dimension; d++) {
        float[] lane = Arrays.copyOf(tiles.get(leaf).values[d], tiles.get(leaf).count);
        Arrays.sort(lane);
        lower[d][leaf] = lane[0];
        upper[d][leaf] = lane[lane.length - 1];
      }
    }
  }

  private boolean isFinite(int row) {
    double square = 0;
    for (int d = 0; d < dimension; d++) {
      double value = values[row * dimension + d];
      square += value * value;
    }
    return square <= Float.MAX_VALUE;
  }

  /** Halves rows along the widest dimension until they are a leaf. */
  private void split(int[] rows, int from, int end, FeatureMatrix database) {
    if (end - from <= WIDTH) {
      if (end > from) {
        RowTile tile = new RowTile(database, WIDTH);
        tile.count = end - from;
        System.arraycopy(rows, from, tile.rows, 0, tile.count);
        tiles.add(tile);
      }
      return;
    }
    int widest = widest(rows, from, end);
    long[] keys = new long[end - from];
    for (int i = from; i < end; i++) {
      int bits = Float.floatToIntBits(values[rows[i] * dimension + widest]);
      keys[i - from] = (long) (bits < 0 ? bits ^ Integer.MAX_VALUE : bits) << 32 | rows[i];
    }
    Arrays.sort(keys);
    for (int i = from; i < end; i++) {
      rows[i] = (int) keys[i - from];
    }
    // Leaves are full but for the last.
    int half = Math.ceilDiv((end - from) / 2, WIDTH) * WIDTH;
    split(rows, from, from + half, database);
    split(rows, from + half, end, database);
  }

  private int widest(int[] rows, int from, int end) {
    int widest = 0;
    double largest = -1;
    for (int d = 0; d < dimension; d++) {
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = from; i < end; i++) {
        double value = values[rows[i] * dimension + d];
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      if (most - least > largest) {
        largest = most - least;
        widest = d;
      }
    }
    return widest;
  }

  /** Rows that are not finite, and in no leaf. */
  int invalid() {
    return invalid;
  }

  int count() {
    return tiles.size();
  }

  RowTile tile(int leaf) {
    return tiles.get(leaf);
  }

  /** The largest length of a row. */
  double longest() {
    return tiles.stream().mapToDouble(tile -> tile.longest).max().orElse(0);
  }

  /**
   * Squared distances of a query from the boxes, never too large, with the leaf in the lower half;
   * sorted.
   */
  void sort(float[] query, double[] distances, long[] keys) {
    Arrays.fill(distances, 0);
    for (int d = 0; d < dimension; d++) {
      addDistances(distances, lower[d], upper[d], query[d]);
    }
    for (int leaf = 0; leaf < keys.length; leaf++) {
      float distance = (float) (distances[leaf] * (1 - ROUNDING));
      keys[leaf] = (long) Float.floatToIntBits(distance) << 32 | leaf;
    }
    Arrays.sort(keys);
  }

  private static void addDistances(double[] to, double[] lower, double[] upper, double x) {
    for (int j = 0; j < to.length; j++) {
      double outside = Math.max(0, Math.max(lower[j] - x, x - upper[j]));
      to[j] = to[j] + outside * outside;
    }
  }

  /** The leaf of a key. */
  static int leaf(long key) {
    return (int) key;
  }

  /** The distance of a key. */
  static float distance(long key) {
    return Float.intBitsToFloat((int) (key >> 32));
  }
}
