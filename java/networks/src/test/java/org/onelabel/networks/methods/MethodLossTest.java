package org.onelabel.networks.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.optimization.Schedules;

/**
 * What a step's loss is, its parts with their signs and weights, beside {@link PlainLosses}. The
 * consistency weighs 1, a pseudo-label a tenth.
 */
class MethodLossTest {
  private static final double PSEUDO = 0.1;

  private static double[][][] first(double[][][] both) {
    return new double[][][] {both[0]};
  }

  private static double[][][] second(double[][][] both) {
    return new double[][][] {both[1]};
  }

  /** The loss of logits, in float64. */
  @FunctionalInterface
  private interface Plain {
    double of(double[][][] logits);
  }

  private static double labels(double[][][] logits, LossCase given) {
    return PlainLosses.supervised(first(logits), new int[][] {given.labels[0]})
        + PSEUDO * PlainLosses.supervised(second(logits), new int[][] {given.labels[1]});
  }

  private static Plain plain(MethodKind kind, LossCase given) {
    return switch (kind) {
      case MEAN_TEACHER, SEMISAM, SEMISAM_PLUS_POINT, SEMISAM_PLUS_MASK, SEMISAM_PLUS_UNC -> {
        double[][][] teacher = given.opinions(1).getFirst();
        yield logits -> labels(logits, given) + PlainLosses.meanTeacher(second(logits), teacher);
      }
      case UA_MT -> {
        List<double[][][]> opinions = given.opinions(9);
        double[][] entropy =
            PlainLosses.entropy(opinions.subList(1, 9).toArray(double[][][][]::new));
        double threshold =
            Schedules.uncertaintyThreshold(LossCase.ITERATION, LossCase.ITERATIONS)
                * Math.log(3)
                / Math.log(2);
        long certain = IntStream.range(0, 4096).filter(v -> entropy[0][v] < threshold).count();
        assertTrue(certain > 400 && certain < 3700, certain + " voxels are certain");
        yield logits ->
            labels(logits, given)
                + PlainLosses.certain(second(logits), opinions.getFirst(), entropy, threshold);
      }
      case DTC -> {
        double[][][] truth = given.trueDistances();
        yield logits ->
            PlainLosses.dualTask(
                    first(logits),
                    first(given.distances),
                    new int[][] {given.labels[0]},
                    first(truth))
                + PSEUDO
                    * PlainLosses.dualTask(
                        second(logits),
                        second(given.distances),
                        new int[][] {given.labels[1]},
                        second(truth))
                + PlainLosses.dualTaskConsistency(logits, given.distances);
      }
      case DAN -> throw new IllegalArgumentException("what its discriminator says is no formula");
    };
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"DAN", "SEMISAM", "SEMISAM_PLUS_POINT", "SEMISAM_PLUS_MASK", "SEMISAM_PLUS_UNC"})
  void lossAndGradientAreTheFormulas(MethodKind kind) {
    try (LossCase given = LossCase.of(NetworkKind.UNET_3D_SDF, 3, kind, "")) {
      LossCase.Loss loss = given.loss(given.method);
      Plain plain = plain(kind, given);
      assertEquals(plain.of(given.logits), loss.value(), 1e-5 * loss.value());
      SplittableRandom random = new SplittableRandom(5);
      for (int i = 0; i < 12; i++) {
        int b = i % 2;
        int c = i % 3;
        int v = random.nextInt(given.logits[b][c].length);
        double own = given.logits[b][c][v];
        given.logits[b][c][v] = own + 1e-4;
        double above = plain.of(given.logits);
        given.logits[b][c][v] = own - 1e-4;
        double below = plain.of(given.logits);
        given.logits[b][c][v] = own;
        double slope = (above - below) / 2e-4;
        assertEquals(slope, loss.gradient()[b][c][v], 1e-3 * Math.abs(slope) + 1e-9);
      }
    }
  }

  @Test
  void danWantsItsPredictionsOfThePoolTakenForLabelledOnes() {
    try (LossCase given = LossCase.of(NetworkKind.UNET_3D, 3, MethodKind.DAN, "")) {
      LossCase.Loss loss = given.loss(given.method);
      double expected =
          labels(given.logits, given) + PlainLosses.adversarial(given.scores(true, 1), 1);
      assertEquals(expected, loss.value(), 1e-5 * loss.value());
      double squares = 0;
      for (int c = 0; c < 3; c++) {
        for (int v = 0; v < given.logits[1][c].length; v++) {
          // The rest of the gradient is of labels.
          squares += Math.pow(loss.gradient()[1][c][v], 2);
        }
      }
      double step = 0.01 / squares;
      for (int c = 0; c < 3; c++) {
        for (int v = 0; v < given.logits[1][c].length; v++) {
          given.logits[1][c][v] -= step * loss.gradient()[1][c][v];
        }
      }
      double fallen = loss.value() - given.loss(given.method).value();
      assertEquals(0.01, fallen, 0.002, "the loss falls as its gradient says");
    }
  }

  @Test
  void theDiscriminatorOfDanLearnsWhichPredictionsAreLabelledOnes() {
    try (LossCase given = LossCase.of(NetworkKind.UNET_3D, 3, MethodKind.DAN, "")) {
      double labelledBefore = PlainLosses.adversarial(given.scores(false, 0), 1);
      double poolBefore = PlainLosses.adversarial(given.scores(false, 1), 0);
      for (int i = 0; i < 60; i++) {
        given.after(i);
      }
      assertTrue(PlainLosses.adversarial(given.scores(false, 0), 1) < labelledBefore - 0.02);
      assertTrue(PlainLosses.adversarial(given.scores(false, 1), 0) < poolBefore - 0.02);
    }
  }

  /**
   * The generalist's part is w · mean(t(p − m)²) with its answer m and its trust t, which is about
   * 1 here. Of u = ½ ∂/∂p of that mean(u²) is w² · mean(t²(p − m)²): both tell w and m.
   */
  @ParameterizedTest
  @EnumSource(names = {"SEMISAM", "SEMISAM_PLUS_POINT", "SEMISAM_PLUS_MASK", "SEMISAM_PLUS_UNC"})
  void theGeneralistIsAgreedWithByItsWeight(MethodKind kind) {
    String checkpoint = GoldenCase.weightsFile("sam_med3d_window3_small").toString();
    try (LossCase given = LossCase.of(NetworkKind.UNET_3D, 2, kind, checkpoint)) {
      LossCase.Loss whole = given.loss(given.method);
      LossCase.Loss without = given.loss(new MeanTeacher());
      assertEquals(plain(kind, given).of(given.logits), without.value(), 1e-5 * without.value());
      double part = whole.value() - without.value();
      double weight =
          0.1 * Math.exp(-5 * Math.pow(LossCase.ITERATION / (double) LossCase.ITERATIONS, 2));
      double[] p = PlainLosses.softmax(second(given.logits))[0][1];
      double squares = 0;
      for (int v = 0; v < p.length; v++) {
        double gradient = whole.gradient()[1][1][v] - without.gradient()[1][1][v];
        double u = gradient * p.length / (2 * p[v] * (1 - p[v]));
        squares += u * u / p.length;
        double answer = p[v] - u / weight;
        assertTrue(answer > -1e-3 && answer < 1 + 1e-3, "the generalist says " + answer);
      }
      assertEquals(weight, squares / part, 1e-3 * weight);
    }
  }

  @Test
  void answersThatDisagreeCountLess() {
    try (NDManager manager = ComputeDevice.cpu().newManager()) {
      NDArray one = manager.create(new float[] {0.3f, 0, 0.2f});
      NDArray other = manager.create(new float[] {0.3f, 1, 0.6f});
      NDArray mean = one.add(other).div(2);
      assertArrayEquals(
          new float[] {1, 0, 0.84f},
          GeneralistMethod.trust(List.of(one, other), mean).toFloatArray(),
          1e-6f);
    }
  }
}
