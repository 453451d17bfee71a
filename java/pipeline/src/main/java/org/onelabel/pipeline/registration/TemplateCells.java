package org.onelabel.pipeline.registration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onelabel.pipeline.registration.frame.Cells;
import org.onelabel.pipeline.registration.frame.Template;
import org.onelabel.volumes.grid.Interpolation;

/**
 * A start's template on the cells of a scan.
 *
 * @param offsets from the middle, three for each cell
 * @param weights they sum to 1
 * @param values a row for each channel
 */
record TemplateCells(Pose pose, int[] offsets, float[] weights, float[][] values) {
  /** Of a start's cells, at most this many are compared. */
  private static final int MOST_COMPARED = 600;

  /** Lays a template out, turned and scaled by a pose; of very many cells some are taken. */
  static TemplateCells of(Template template, Cells cells, Appearance appearance, Pose pose) {
    // From an offset in the scan to one in the template: the matrix turns and scales, transposed
    // it turns back.
    double[] m = pose.matrix();
    double scale = Math.exp(pose.meanLogScale());
    double reach = 0;
    for (double side : template.frame().sides()) {
      reach += 0.25 * side * side;
    }
    reach = Math.sqrt(reach) * scale;
    int[] most = new int[3];
    for (int a = 0; a < 3; a++) {
      most[a] = (int) Math.floor(reach / cells.sides()[a]);
    }
    double[] spacing = template.image().spacing();
    List<int[]> offsets = new ArrayList<>();
    List<double[]> places = new ArrayList<>();
    for (int i = -most[0]; i <= most[0]; i++) {
      for (int j = -most[1]; j <= most[1]; j++) {
        for (int k = -most[2]; k <= most[2]; k++) {
          double[] mm = {i * cells.sides()[0], j * cells.sides()[1], k * cells.sides()[2]};
          double[] at = new double[3];
          for (int a = 0; a < 3; a++) {
            double back = (m[a] * mm[0] + m[3 + a] * mm[1] + m[6 + a] * mm[2]) / (scale * scale);
            at[a] = template.centre(a) + back / spacing[a];
          }
          if (template.weightAt(at[0], at[1], at[2]) > 0) {
            offsets.add(new int[] {i, j, k});
            places.add(at);
          }
        }
      }
    }
    int every = Math.ceilDiv(offsets.size(), MOST_COMPARED);
    int count = Math.ceilDiv(offsets.size(), every);
    int[] chosen = new int[3 * count];
    float[] weights = new float[count];
    float[][] values = new float[appearance.channels().size()][count];
    double total = 0;
    for (int n = 0; n < count; n++) {
      System.arraycopy(offsets.get(n * every), 0, chosen, 3 * n, 3);
      double[] at = places.get(n * every);
      weights[n] = template.weightAt(at[0], at[1], at[2]);
      total += weights[n];
      for (int c = 0; c < values.length; c++) {
        values[c][n] =
            Interpolation.trilinear(
                appearance.channels().get(c), appearance.extent(), at[0], at[1], at[2]);
      }
    }
    for (int n = 0; n < count; n++) {
      weights[n] /= (float) total;
    }
    return new TemplateCells(pose, chosen, weights, values);
  }

  /** How far a cell lies from the middle, in cells along any axis. */
  int reach() {
    return Arrays.stream(offsets).map(Math::abs).max().orElse(0);
  }

  /**
   * The places from which enough of it is seen along one axis; from others there is less than that
   * on the whole.
   *
   * @return the first and the one after the last
   */
  int[] seenAlong(int axis, int size) {
    int[] places = {size, 0};
    for (int place = 0; place < size; place++) {
      double seen = 0;
      for (int n = 0; n < weights.length; n++) {
        int at = place + offsets[3 * n + axis];
        seen += at >= 0 && at < size ? weights[n] : 0;
      }
      if (seen >= Likeness.LEAST_SEEN) {
        places[0] = Math.min(places[0], place);
        places[1] = place + 1;
      }
    }
    return places;
  }
}
