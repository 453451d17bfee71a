package org.onelabel.pipeline.propagation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.onelabel.kernels.Kernels;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.metrics.Metrics;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/** A template, and a volume that shows the same through a smooth bend. */
class PositionAlignmentTest {
  private static final int SIDE = 20;
  private static final Extent EXTENT = new Extent(SIDE, SIDE, SIDE);
  private static final int CELLS = SIDE * SIDE * SIDE;
  private static final int CHANNELS = 6;
  private static final double POSITION = 12;

  /** Where the place (0…1 along each axis) that the volume shows at {@code at} lies. */
  private static double[] bent(double[] at) {
    return new double[] {
      at[0] + 0.08 * Math.sin(Math.PI * at[1]),
      at[1] - 0.06 * Math.sin(Math.PI * at[2]),
      at[2] + 0.07 * Math.sin(Math.PI * at[0])
    };
  }

  /** Smooth waves, the same for the same place. */
  private static FeatureGrid grid(boolean isBent, int positions) {
    SplittableRandom random = new SplittableRandom(3);
    double[][] waves = new double[CHANNELS][4];
    for (double[] wave : waves) {
      for (int a = 0; a < 4; a++) {
        wave[a] = random.nextDouble(-14, 14);
      }
    }
    int dimension = CHANNELS + positions;
    float[] rows = new float[CELLS * dimension];
    for (int n = 0; n < CELLS; n++) {
      double[] at = place(n);
      double[] shown = isBent ? bent(at) : at;
      for (int c = 0; c < CHANNELS; c++) {
        double[] w = waves[c];
        rows[n * dimension + c] =
            (float) (1.4 * Math.sin(w[0] * shown[0] + w[1] * shown[1] + w[2] * shown[2] + w[3]));
      }
      for (int p = 0; p < positions; p++) {
        rows[n * dimension + CHANNELS + p] = (float) (POSITION * (2 * at[p] - 1));
      }
    }
    return new FeatureGrid(rows, dimension, EXTENT, Box.of(EXTENT), positions, new float[] {1});
  }

  private static double[] place(int n) {
    int x = n / (SIDE * SIDE);
    int y = n / SIDE % SIDE;
    int z = n % SIDE;
    return new double[] {(x + 0.5) / SIDE, (y + 0.5) / SIDE, (z + 0.5) / SIDE};
  }

  /** A ball in the template; in the volume what shows it. */
  private static byte[] ball(boolean isBent) {
    byte[] labels = new byte[CELLS];
    for (int n = 0; n < CELLS; n++) {
      double[] at = isBent ? bent(place(n)) : place(n);
      labels[n] =
          (byte) (Math.hypot(Math.hypot(at[0] - 0.5, at[1] - 0.5), at[2] - 0.5) < 0.22 ? 1 : 0);
    }
    return labels;
  }

  private static Propagation.Template template(byte[] labels, int classes, int positions) {
    return new Propagation.Template(
        grid(false, positions), new LabelArray(EXTENT, labels), classes);
  }

  private static TemplateSearch search(Kernels kernels, int positions) {
    int[] all = IntStream.range(0, CELLS).toArray();
    Propagation.Template template = template(ball(false), 2, positions);
    return new TemplateSearch(
        kernels,
        List.of(new TemplateSearch.Cells(template.features(), template.shares(), all)),
        15,
        1);
  }

  private static PseudoLabel propagated(
      Kernels kernels,
      DenseKnnPropagation.Settings settings,
      Propagation.Template template,
      FeatureGrid volume) {
    try (Propagation propagation = new DenseKnnPropagation(kernels, settings, List.of(template))) {
      return propagation.propagate(volume, EXTENT);
    }
  }

  /** Root mean square of what positions are off, in cells, away from the border. */
  private static double error(FeatureGrid volume) {
    double sum = 0;
    int count = 0;
    for (int n = 0; n < CELLS; n++) {
      double[] at = place(n);
      double[] wanted = bent(at);
      for (int p = 0; p < 3; p++) {
        if (at[p] > 0.2 && at[p] < 0.8) {
          double is = (volume.position(n, p) / POSITION + 1) / 2;
          sum += (is - wanted[p]) * (is - wanted[p]) * SIDE * SIDE;
          count++;
        }
      }
    }
    return Math.sqrt(sum / count);
  }

  @Test
  void bendingBringsWhatIsAlikeToTheSamePlace() {
    try (Kernels kernels = Kernels.open();
        TemplateSearch search = search(kernels, 3)) {
      FeatureGrid volume = grid(true, 3);
      FeatureGrid aligned = new PositionAlignment(0, 6, 3).align(volume, search);
      assertTrue(error(aligned) < 0.4 * error(volume), error(aligned) + " of " + error(volume));
    }
  }

  @Test
  void whatLiesWhereTheTemplateDoesStaysThere() {
    try (Kernels kernels = Kernels.open();
        TemplateSearch search = search(kernels, 3)) {
      FeatureGrid volume = grid(false, 3);
      FeatureGrid aligned = new PositionAlignment(1, 6, 3).align(volume, search);
      for (int i = 0; i < volume.rows().length; i++) {
        // A quarter of a cell: at the border neighbours lie on one side alone.
        assertEquals(volume.rows()[i], aligned.rows()[i], 0.25 * 2 * POSITION / SIDE);
      }
    }
  }

  @Test
  void withoutPositionsThereIsNothingToMove() {
    try (Kernels kernels = Kernels.open();
        TemplateSearch search = search(kernels, 0)) {
      FeatureGrid volume = grid(true, 0);
      assertSame(volume, new PositionAlignment(1, 6, 3).align(volume, search));
    }
  }

  @Test
  void labelsFollowTheBend() {
    byte[] truth = ball(true);
    double[] dice = new double[2];
    try (Kernels kernels = Kernels.open()) {
      for (int i = 0; i < 2; i++) {
        PseudoLabel label =
            propagated(
                kernels,
                new DenseKnnPropagation.Settings(15, 1, 0.5, 0, 6 * i, 3),
                template(ball(false), 2, 3),
                grid(true, 3));
        dice[i] = Metrics.dice(label.labels(), truth, 1);
      }
    }
    assertTrue(dice[1] > dice[0] + 0.2 && dice[1] > 0.9, dice[0] + ", bent " + dice[1]);
  }

  @Test
  void aStructureOfOneCellIsSearchedForBesideALargeOne() {
    byte[] labels = ball(false);
    int tiny = (3 * SIDE + 4) * SIDE + 15;
    labels[tiny] = 2;
    try (Kernels kernels = Kernels.open()) {
      PseudoLabel label =
          propagated(
              kernels,
              new DenseKnnPropagation.Settings(1, 1, 0, 0, 0, 3),
              template(labels, 3, 3),
              grid(false, 3));
      assertArrayEquals(labels, label.labels());
    }
  }

  @Test
  void aTemplateWithoutAStructureInItsGridGivesBackground() {
    try (Kernels kernels = Kernels.open()) {
      PseudoLabel label =
          propagated(
              kernels,
              new DenseKnnPropagation.Settings(15, 1, 1, 1, 2, 3),
              template(new byte[CELLS], 2, 3),
              grid(true, 3));
      assertArrayEquals(new byte[CELLS], label.labels());
    }
  }
}
