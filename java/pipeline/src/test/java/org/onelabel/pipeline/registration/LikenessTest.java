package org.onelabel.pipeline.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LikenessTest {
  private static Pose pose(boolean mirrored, double turn, double... logScale) {
    return new Pose(mirrored, new double[] {0, 0, turn}, logScale, new double[3]);
  }

  @Test
  void correlationIsTheWeightedPearsonCorrelation() {
    SplittableRandom random = new SplittableRandom(1);
    int count = 200;
    double[] weight = new double[count];
    double[] a = new double[count];
    double[] b = new double[count];
    double w = 0;
    double sumA = 0;
    double sumB = 0;
    double sumAA = 0;
    double sumBB = 0;
    double sumAB = 0;
    for (int i = 0; i < count; i++) {
      weight[i] = random.nextDouble(0.1, 2);
      a[i] = random.nextDouble(-1, 3);
      b[i] = 0.6 * a[i] + random.nextDouble(-1, 1) + 5;
      w += weight[i];
      sumA += weight[i] * a[i];
      sumB += weight[i] * b[i];
      sumAA += weight[i] * a[i] * a[i];
      sumBB += weight[i] * b[i] * b[i];
      sumAB += weight[i] * a[i] * b[i];
    }
    double covariance = 0;
    double varianceA = 0;
    double varianceB = 0;
    for (int i = 0; i < count; i++) {
      covariance += weight[i] * (a[i] - sumA / w) * (b[i] - sumB / w);
      varianceA += weight[i] * Math.pow(a[i] - sumA / w, 2);
      varianceB += weight[i] * Math.pow(b[i] - sumB / w, 2);
    }
    assertEquals(
        covariance / Math.sqrt(varianceA * varianceB),
        Likeness.correlation(w, sumA, sumB, sumAA, sumBB, sumAB),
        1e-9);
  }

  @Test
  void whatDoesNotVaryIsLikeNothing() {
    assertEquals(0, Likeness.correlation(2, 4, 3, 8, 5, 6));
  }

  @Test
  void aFullAgreementAsTheTemplateLiesIsWorthOne() {
    assertEquals(1, Likeness.of(pose(false, 0, 0, 0, 0), false).at(1, 1, 0), 1e-12);
    assertEquals(1, Likeness.of(pose(false, 0, 0, 0, 0), false).at(1, 1.2, 0), 1e-12);
  }

  @Test
  void whatIsNotSeenMirroredTurnedShiftedOrStretchedIsWorthLess() {
    Pose still = pose(false, 0, 0, 0, 0);
    double most = Likeness.of(still, false).at(0.8, 1, 0);
    assertTrue(Likeness.of(still, false).at(0.8, 0.9, 0) < most);
    assertTrue(Likeness.of(still, false).at(0.7, 1, 0) < most);
    assertTrue(Likeness.of(still, false).at(0.8, 1, 0.1) < most);
    assertTrue(Likeness.of(pose(true, 0, 0, 0, 0), false).at(0.8, 1, 0) < most);
    assertTrue(Likeness.of(pose(false, 0.5, 0, 0, 0), false).at(0.8, 1, 0) < most);
    assertTrue(Likeness.of(pose(false, 0, 0.2, -0.2, 0), false).at(0.8, 1, 0) < most);
    assertTrue(Likeness.of(pose(false, 0, -0.3, -0.3, -0.3), false).at(0.8, 1, 0) < most);
  }

  @Test
  void aTurnWithinThickSlicesCostsLessThanOneInSpace() {
    Pose turned = pose(false, 0.5, 0, 0, 0);
    assertTrue(Likeness.of(turned, true).at(0.8, 1, 0) > Likeness.of(turned, false).at(0.8, 1, 0));
    assertTrue(
        Likeness.of(turned, true).at(0.8, 1, 0)
            < Likeness.of(pose(false, 0, 0, 0, 0), true).at(0.8, 1, 0));
  }

  @Test
  void aWholeTurnIsNone() {
    assertEquals(
        Likeness.of(pose(false, 0, 0, 0, 0), false).at(0.8, 1, 0),
        Likeness.of(pose(false, 2 * Math.PI, 0, 0, 0), false).at(0.8, 1, 0),
        1e-12);
    assertEquals(
        Likeness.of(pose(false, 0.5, 0, 0, 0), false).at(0.8, 1, 0),
        Likeness.of(pose(false, 0.5 - 2 * Math.PI, 0, 0, 0), false).at(0.8, 1, 0),
        1e-12);
  }
}
