package org.onelabel.pipeline.registration.bending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.pipeline.registration.Phantom;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Cells;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.volumes.grid.Extent;

class BendingTest {
  private static final int CELLS = 8000;

  /** How far the scan's places are moved in the body at most, millimetres. */
  private static final double FARTHEST = 6;

  private static double[] displacement(double x, double y, boolean planar) {
    return new double[] {
      FARTHEST * Math.sin(y / 20),
      FARTHEST * Math.cos(x / 22 + 0.5),
      planar ? 0 : FARTHEST * Math.sin(x / 25 + y / 30)
    };
  }

  @ParameterizedTest
  @CsvSource({"50, 48, 50, 2, 2, 2", "64, 64, 12, 1.5, 1.5, 8"})
  void aSmoothBendIsFoundToWithinHalfACell(
      int nx, int ny, int nz, double sx, double sy, double sz) {
    Extent extent = new Extent(nx, ny, nz);
    double[] spacing = {sx, sy, sz};
    boolean planar = sz > 3 * sx;
    double[] middle = {0.5 * (nx - 1) * sx, 0.5 * (ny - 1) * sy, 0.5 * (nz - 1) * sz};
    Phantom.Scan template =
        Phantom.scan(
            extent,
            spacing,
            (x, y, z) -> new double[] {x - middle[0], y - middle[1], z - middle[2]},
            1);
    Phantom.Scan bent =
        Phantom.scan(
            extent,
            spacing,
            (x, y, z) -> {
              double[] by = displacement(x, y, planar);
              return new double[] {
                x + by[0] - middle[0], y + by[1] - middle[1], z + by[2] - middle[2]
              };
            },
            2);
    Frame frame = Frame.around(template.labels(), spacing, 0.25);
    Bend bend =
        new Bending(template.image(), frame.placement(), frame, CELLS)
            .bend(bent.image(), frame.placement());
    double finest = Cells.of(frame.sides(), spacing, CELLS).finest();
    double before = 0;
    double error = 0;
    int count = 0;
    Extent size = frame.extent();
    for (int i = 0; i < size.sizeX(); i++) {
      for (int j = 0; j < size.sizeY(); j++) {
        for (int k = 0; k < size.sizeZ(); k++) {
          int x = i + frame.box().x();
          int y = j + frame.box().y();
          int z = k + frame.box().z();
          if (bent.labels().at(x, y, z) == 0) {
            continue;
          }
          double[] by = displacement(x * sx, y * sy, planar);
          double square = 0;
          double still = 0;
          for (int a = 0; a < 3; a++) {
            double off = bend.at(a, size, i, j, k) * spacing[a] - by[a];
            square += off * off;
            still += by[a] * by[a];
          }
          error += Math.sqrt(square);
          before += Math.sqrt(still);
          count++;
        }
      }
    }
    error /= count;
    before /= count;
    assertTrue(before > 1.5 * finest, "it is worth finding: " + before);
    assertTrue(error < 0.5 * finest, "%.2f mm are left, a cell is %.2f".formatted(error, finest));
  }

  @Test
  void noBendMovesNothing() {
    Extent frame = new Extent(10, 20, 30);
    for (int a = 0; a < 3; a++) {
      assertEquals(0, Bend.none().at(a, frame, 3, 19, 0.5));
    }
  }

  @Test
  void aBendIsInterpolatedBetweenTheMiddlesOfItsCells() {
    // Two cells of five voxels: their middles are voxels 2 and 7.
    Bend bend = new Bend(new float[][] {{1, 3}, {0, 0}, {-2, 8}}, new Extent(2, 1, 1));
    Extent frame = new Extent(10, 4, 4);
    assertEquals(1, bend.at(0, frame, 2, 1, 3), 1e-6);
    assertEquals(2, bend.at(0, frame, 4.5, 1, 3), 1e-6);
    assertEquals(3, bend.at(0, frame, 7, 1, 3), 1e-6);
    assertEquals(1, bend.at(0, frame, 0, 1, 3), 1e-6, "the edge repeats");
    assertEquals(8, bend.at(2, frame, 9, 1, 3), 1e-6);
    assertEquals(0, bend.at(1, frame, 4, 1, 3), 1e-6);
  }
}
