package org.onelabel.pipeline.quality;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;
import org.junit.jupiter.api.Test;

class DiceEstimateTest {
  /** A structure of a validation case: the agreement, and the Dice that was measured. */
  private record Sample(String dataset, double agreement, double dice) {
    static Sample of(String line) {
      String[] cells = line.split(",", -1);
      return new Sample(cells[0], Double.parseDouble(cells[5]), Double.parseDouble(cells[6]));
    }
  }

  private static List<Sample> samples() throws IOException {
    Path file =
        Path.of(
            System.getProperty("onelabel.repository"), "docs/experiments/quality/validation.csv");
    try (var lines = Files.lines(file)) {
      return lines.skip(1).map(Sample::of).toList();
    }
  }

  /**
   * Least squares of the Dice's logit over the logit of the agreement; every dataset counts the
   * same.
   */
  private static double[] fitted(List<Sample> samples) {
    Map<String, Long> counts =
        samples.stream().collect(Collectors.groupingBy(Sample::dataset, Collectors.counting()));
    double[][] x = new double[samples.size()][];
    double[] y = new double[samples.size()];
    for (int i = 0; i < y.length; i++) {
      Sample s = samples.get(i);
      double weight = 1 / Math.sqrt(counts.get(s.dataset));
      x[i] = new double[] {weight, weight * DiceEstimate.logit(s.agreement)};
      y[i] = weight * DiceEstimate.logit(s.dice);
    }
    OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
    regression.setNoIntercept(true);
    regression.newSampleData(y, x);
    return regression.estimateRegressionParameters();
  }

  @Test
  void theCoefficientsAreThoseOfTheKeptValidationCases() throws IOException {
    assertArrayEquals(fitted(samples()), DiceEstimate.COEFFICIENTS, 0.005);
  }

  @Test
  void estimatesOfTheValidationCasesAreRightOnTheWhole() throws IOException {
    double error =
        samples().stream()
            .mapToDouble(s -> Math.abs(DiceEstimate.of(s.agreement) - s.dice))
            .average()
            .orElseThrow();
    assertTrue(error < 0.06, "mean absolute error " + error);
  }

  @Test
  void moreAgreementIsABetterEstimate() {
    double before = 0;
    for (double agreement = 0; agreement <= 1; agreement += 0.05) {
      double estimate = DiceEstimate.of(agreement);
      assertTrue(estimate >= before && estimate <= 1, "agreement " + agreement);
      before = estimate;
    }
    assertTrue(DiceEstimate.of(0) < 0.5, "network and propagation apart");
  }
}
