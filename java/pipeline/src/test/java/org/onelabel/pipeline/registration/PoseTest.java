package org.onelabel.pipeline.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Placement;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

class PoseTest {
  private static final SplittableRandom RANDOM = new SplittableRandom(1);

  private static double[] random(double limit) {
    return new double[] {
      RANDOM.nextDouble(-limit, limit),
      RANDOM.nextDouble(-limit, limit),
      RANDOM.nextDouble(-limit, limit)
    };
  }

  private static double determinant(double[] m) {
    return m[0] * (m[4] * m[8] - m[5] * m[7])
        - m[1] * (m[3] * m[8] - m[5] * m[6])
        + m[2] * (m[3] * m[7] - m[4] * m[6]);
  }

  @Test
  void columnsAreOrthogonalAndAsLongAsTheScales() {
    for (int n = 0; n < 100; n++) {
      double[] scales = random(0.7);
      boolean mirrored = n % 2 == 1;
      double[] m = new Pose(mirrored, random(4), scales, new double[3]).matrix();
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
          double product = m[a] * m[b] + m[3 + a] * m[3 + b] + m[6 + a] * m[6 + b];
          assertEquals(a == b ? Math.exp(2 * scales[a]) : 0, product, 1e-12);
        }
      }
      double volume = Math.exp(scales[0] + scales[1] + scales[2]);
      assertEquals(mirrored ? -volume : volume, determinant(m), 1e-12);
    }
  }

  /** Where a step along an axis goes after a quarter turn: right-handed, counted from zero. */
  @ParameterizedTest
  @CsvSource({
    "0, 1, 2, 1",
    "0, 2, 1, -1",
    "1, 2, 0, 1",
    "1, 0, 2, -1",
    "2, 0, 1, 1",
    "2, 1, 0, -1"
  })
  void aQuarterTurnIsRightHanded(int about, int from, int to, int sign) {
    double[] rotation = new double[3];
    rotation[about] = Math.PI / 2;
    double[] m = new Pose(false, rotation, new double[3], new double[3]).matrix();
    for (int row = 0; row < 3; row++) {
      assertEquals(row == to ? sign : 0, m[3 * row + from], 1e-12);
      assertEquals(row == about ? 1 : 0, m[3 * row + about], 1e-12);
    }
  }

  @Test
  void turnsAreDoneAboutXThenYThenZ() {
    double[] all =
        new Pose(false, new double[] {0.3, -0.8, 1.1}, new double[3], new double[3]).matrix();
    double[] x = new Pose(false, new double[] {0.3, 0, 0}, new double[3], new double[3]).matrix();
    double[] y = new Pose(false, new double[] {0, -0.8, 0}, new double[3], new double[3]).matrix();
    double[] z = new Pose(false, new double[] {0, 0, 1.1}, new double[3], new double[3]).matrix();
    double[] product = product(z, product(y, x));
    for (int i = 0; i < 9; i++) {
      assertEquals(product[i], all[i], 1e-12);
    }
  }

  private static double[] product(double[] a, double[] b) {
    double[] c = new double[9];
    for (int i = 0; i < 9; i++) {
      for (int k = 0; k < 3; k++) {
        c[i] += a[3 * (i / 3) + k] * b[3 * k + i % 3];
      }
    }
    return c;
  }

  @Test
  void mirroringTurnsTheFirstAxisAround() {
    double[] m = new Pose(true, new double[3], new double[3], new double[3]).matrix();
    assertEquals(-1, m[0]);
    assertEquals(1, m[4]);
    assertEquals(1, m[8]);
  }

  @Test
  void theMiddleOfTheFrameLiesAtTheCentreAndStepsAreInMillimetres() {
    Frame frame = new Frame(new Box(4, 2, 9, new Extent(7, 10, 5)), new double[] {1, 2, 3});
    double[] spacing = {2, 0.5, 4};
    for (int n = 0; n < 50; n++) {
      double[] centre = random(40);
      Pose pose = new Pose(n % 2 == 0, random(4), random(0.5), centre);
      Placement placement = pose.placement(frame, spacing);
      double[] m = pose.matrix();
      double[] step = random(3);
      for (int a = 0; a < 3; a++) {
        assertEquals(centre[a] / spacing[a], placement.map(a, 3, 4.5, 2), 1e-9);
        double there =
            centre[a] + m[3 * a] * step[0] + m[3 * a + 1] * step[1] + m[3 * a + 2] * step[2];
        assertEquals(
            there / spacing[a],
            placement.map(a, 3 + step[0], 4.5 + step[1] / 2, 2 + step[2] / 3),
            1e-9);
      }
    }
  }
}
