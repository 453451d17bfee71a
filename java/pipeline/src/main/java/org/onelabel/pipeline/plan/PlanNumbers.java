package org.onelabel.pipeline.plan;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Numbers as the entries of a plan write them. */
final class PlanNumbers {
  private PlanNumbers() {}

  static String millimetres(double[] spacing) {
    return Arrays.stream(spacing).mapToObj(PlanNumbers::rounded).collect(Collectors.joining(" × "));
  }

  static String sides(int[] sides) {
    return Arrays.stream(sides).mapToObj(Integer::toString).collect(Collectors.joining(" × "));
  }

  static String rounded(double value) {
    return new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  static String grouped(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
