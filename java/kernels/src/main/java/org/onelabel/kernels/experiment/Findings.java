package org.onelabel.kernels.experiment;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.onelabel.kernels.internal.memory.Segments;

/**
 * The errors of one case, as multiples of what is allowed; NaN where something is plainly wrong.
 */
final class Findings {
  static final double TOLERANCE = 2e-6;
  static final int NO_LABEL = 255;

  private final String description;
  private String first = "";
  private double worst;

  Findings(String description) {
    this.description = description;
  }

  void near(String what, double found, double expected, double allowed) {
    double difference = difference(found, expected);
    note(what, difference == 0 ? 0 : difference / allowed);
  }

  /** Equal infinities do not differ, NaN and a number do without end. */
  private static double difference(double found, double expected) {
    if (found == expected || (Double.isNaN(found) && Double.isNaN(expected))) {
      return 0;
    }
    double difference = Math.abs(found - expected);
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }

  void require(String what, boolean right) {
    note(what, right ? 0 : Double.NaN);
  }

  private void note(String what, double error) {
    if (!(error <= 1) && first.isEmpty()) {
      first = ": " + what;
    }
    worst = Math.max(worst, error);
  }

  /** Label and margin of one voxel. */
  void ranking(
      double[] expected,
      double allowed,
      Optional<MemorySegment> labels,
      Optional<MemorySegment> margins,
      long at) {
    boolean valid = Arrays.stream(expected).noneMatch(Double::isNaN);
    Truth.Ranking ranking = Truth.Ranking.of(expected);
    if (labels.isPresent()) {
      int label = Segments.getByte(labels.get(), at);
      boolean right =
          valid
              ? label < expected.length
                  && (expected[label] == ranking.best()
                      || expected[label] >= ranking.best() - allowed)
              : label == NO_LABEL;
      require("label", right);
    }
    if (margins.isPresent()) {
      double margin = valid ? ranking.margin() : Double.NaN;
      near("margin", Segments.getFloat(margins.get(), at), margin, 2 * allowed);
    }
  }

  /** No class below {@code label} has its score. */
  void lowestOfTies(MemorySegment scores, long count, int label, long at) {
    boolean lowest =
        IntStream.range(0, label)
            .noneMatch(
                c ->
                    Segments.getFloat(scores, c * count + at)
                        == Segments.getFloat(scores, label * count + at));
    require("the lowest class of a tie", lowest);
  }

  CheckedCase.Outcome outcome() {
    return new CheckedCase.Outcome(worst, description + first);
  }
}
