package org.onelabel.pipeline.registration;

import java.util.Arrays;
import org.onelabel.volumes.grid.Extent;

/**
 * What the correlation of a start's cells with a scan needs of the scan, for all places of a slab
 * at once. Every cell of the start adds a block of the scan to the places that see it. For one
 * thread at a time.
 */
final class SlabSums {
  private final TemplateCells start;
  private final CoarseScan scan;

  /** Weighted sums of the scan's values, their squares, and their products with the start's. */
  private final float[][] v;

  private final float[][] vv;
  private final float[][] tv;

  /** A block where the places are that see it: loops over arrays at one index are vectorised. */
  private final float[] block;

  SlabSums(TemplateCells start, CoarseScan scan) {
    this.start = start;
    this.scan = scan;
    int channels = start.values().length;
    int places = scan.size().sizeY() * scan.pitch();
    v = new float[channels][places];
    vv = new float[channels][places];
    tv = new float[channels][places];
    block = new float[places];
  }

  /** Sums at the places with this x, and y from {@code low} to before {@code high}. */
  void of(int x, int low, int high) {
    Extent size = scan.size();
    int pitch = scan.pitch();
    for (int c = 0; c < v.length; c++) {
      Arrays.fill(v[c], 0);
      Arrays.fill(vv[c], 0);
      Arrays.fill(tv[c], 0);
    }
    for (int n = 0; n < start.weights().length; n++) {
      int there = x + start.offsets()[3 * n + scan.order()[0]];
      int dy = start.offsets()[3 * n + scan.order()[1]];
      int dz = start.offsets()[3 * n + scan.order()[2]];
      int from = Math.max(low, -dy);
      int to = Math.min(high, size.sizeY() - dy);
      if (there < 0 || there >= size.sizeX() || from >= to || Math.abs(dz) > scan.margin()) {
        continue;
      }
      int begin = from * pitch;
      int end = to * pitch;
      int source = scan.index(there, from + dy, dz);
      float w = start.weights()[n];
      for (int c = 0; c < v.length; c++) {
        float[] values = scan.channels()[c];
        System.arraycopy(
            values, source, block, begin, Math.min(end - begin, values.length - source));
        add(v[c], vv[c], tv[c], begin, end, w, w * start.values()[c][n]);
      }
    }
  }

  /** Adds the block, which counts {@code w}, and {@code wt} where it meets the start's value. */
  private void add(float[] v, float[] vv, float[] tv, int begin, int end, float w, float wt) {
    float[] values = block;
    for (int p = begin; p < end; p++) {
      float value = values[p];
      float weighted = w * value;
      v[p] += weighted;
      vv[p] += weighted * value;
      tv[p] += wt * value;
    }
  }

  /**
   * The correlation at a place of the slab, the mean over the channels.
   *
   * @param row of the places with this y
   * @param seen weight of the cells that the place sees
   */
  double correlation(SeenCells.Row row, int y, int z, double seen) {
    int p = y * scan.pitch() + z;
    double sum = 0;
    for (int c = 0; c < v.length; c++) {
      sum +=
          Likeness.correlation(
              seen, row.value(z, c), v[c][p], row.square(z, c), vv[c][p], tv[c][p]);
    }
    return sum / v.length;
  }
}
