package org.onelabel.pipeline.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.volumes.grid.Extent;

class SlabSumsTest {
  private static final int CHANNELS = 2;
  private static final int CELLS = 40;

  private final Random random = new Random(11);

  private TemplateCells start(int reach) {
    int[] offsets = new int[3 * CELLS];
    float[] weights = new float[CELLS];
    float[][] values = new float[CHANNELS][CELLS];
    for (int n = 0; n < CELLS; n++) {
      for (int a = 0; a < 3; a++) {
        offsets[3 * n + a] = random.nextInt(-reach, reach + 1);
      }
      weights[n] = (0.5f + random.nextFloat()) / CELLS;
      for (int c = 0; c < CHANNELS; c++) {
        values[c][n] = (float) random.nextGaussian();
      }
    }
    Pose pose = new Pose(false, new double[3], new double[3], new double[3]);
    return new TemplateCells(pose, offsets, weights, values);
  }

  private CoarseScan scan(Extent size, int[] order, int reach) {
    double[] zeros = new double[3];
    int margin = Math.min(reach, size.sizeZ() - 1);
    int length = margin + size.sizeX() * size.sizeY() * (size.sizeZ() + margin);
    CoarseScan scan =
        new CoarseScan(new float[CHANNELS][length], size, margin, order, zeros, zeros);
    for (float[] channel : scan.channels()) {
      for (int i = 0; i < size.voxels(); i++) {
        int at = scan.index(size.place(i, 0), size.place(i, 1), size.place(i, 2));
        channel[at] = (float) random.nextGaussian();
      }
    }
    return scan;
  }

  /** By the definition, cell by cell: the weight that is seen, then the mean correlation. */
  private static double[] expected(TemplateCells start, CoarseScan scan, int[] place) {
    double seen = 0;
    double[][] sums = new double[CHANNELS][5];
    for (int n = 0; n < CELLS; n++) {
      int[] at = new int[3];
      for (int a = 0; a < 3; a++) {
        at[a] = place[a] + start.offsets()[3 * n + scan.order()[a]];
      }
      if (!scan.size().contains(at[0], at[1], at[2])) {
        continue;
      }
      double w = start.weights()[n];
      seen += w;
      for (int c = 0; c < CHANNELS; c++) {
        double t = start.values()[c][n];
        double v = scan.channels()[c][scan.index(at[0], at[1], at[2])];
        double[] terms = {w * t, w * v, w * t * t, w * v * v, w * t * v};
        for (int i = 0; i < terms.length; i++) {
          sums[c][i] += terms[i];
        }
      }
    }
    double correlation = 0;
    for (double[] s : sums) {
      correlation += Likeness.correlation(seen, s[0], s[1], s[2], s[3], s[4]) / CHANNELS;
    }
    return new double[] {seen, correlation};
  }

  @ParameterizedTest
  @CsvSource({"5,6,9,2", "3,4,7,5", "1,1,12,1", "6,6,6,1"})
  void everyPlaceHasTheCorrelationOfWhatItSees(int x, int y, int z, int reach) {
    Extent size = new Extent(x, y, z);
    TemplateCells start = start(reach);
    CoarseScan scan = scan(size, new int[] {2, 0, 1}, start.reach());
    SeenCells cells = SeenCells.of(start, scan);
    SlabSums sums = new SlabSums(start, scan);
    int compared = 0;
    for (int i = 0; i < x; i++) {
      sums.of(i, 0, y);
      for (int j = 0; j < y; j++) {
        SeenCells.Row row = cells.row(i, j);
        for (int k = 0; k < z; k++) {
          double[] wanted = expected(start, scan, new int[] {i, j, k});
          assertEquals(wanted[0], row.weight(k), 1e-12);
          if (wanted[0] > 0.05) {
            assertEquals(wanted[1], sums.correlation(row, j, k, wanted[0]), 1e-4);
            compared++;
          }
        }
      }
    }
    assertTrue(compared > 0);
  }
}
