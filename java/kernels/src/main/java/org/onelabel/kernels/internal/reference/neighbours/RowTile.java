package org.onelabel.kernels.internal.reference.neighbours;

import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.internal.reference.lanes.Lanes;

/** Some database rows as lanes: the queries go past them. */
final class RowTile {
  /** What a tile may take of the second-level cache, and the rows that share a loop's overhead. */
  private static final int BYTES = 512 * 1024;

  private static final int FEWEST = 32;
  private static final int MOST = 512;

  /** Values; of cosines those of rows of length 1. Dimensions are padded by zeros. */
  final float[][] values;

  /** The numbers of the rows. */
  final int[] rows;

  int count;

  /** The length of each row, NaN where it is not finite. */
  final double[] lengths;

  /** The largest length. */
  double longest;

  /** A tile of up to {@code width} rows, a multiple of {@link Lanes#DEPTH}. */
  RowTile(FeatureMatrix database, int width) {
    values = new float[Lanes.padded((int) database.dimension())][width];
    rows = new int[width];
    lengths = new double[width];
  }

  /** How many rows fit well. */
  static int width(FeatureMatrix database) {
    int fitting = BYTES / 4 / Math.max(1, Lanes.padded((int) database.dimension()));
    long wanted = Math.clamp(fitting, FEWEST, MOST);
    return Lanes.padded((int) Math.min(wanted, Math.max(1, database.count())));
  }
}
