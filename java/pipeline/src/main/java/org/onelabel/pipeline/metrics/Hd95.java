package org.onelabel.pipeline.metrics;

import com.fasterxml.jackson.annotation.JsonValue;
import org.apache.commons.statistics.descriptive.Quantile;

/** Which of the two common definitions of the 95 % Hausdorff distance is meant. */
public enum Hd95 {
  /** The 95th percentile of the distances of both directions together, as {@code medpy} has it. */
  POOLED("95th percentile of the pooled distances of both directions"),

  /** The larger of the two directions' 95th percentiles. */
  MAX("larger of the two directions' 95th percentiles");

  private static final Quantile QUANTILE =
      Quantile.withDefaults().with(Quantile.EstimationMethod.HF7);

  private final String definition;

  Hd95(String definition) {
    this.definition = definition;
  }

  /** The definition in words. */
  public String definition() {
    return definition;
  }

  /** The distance from those of each surface's voxels to the other surface; neither is empty. */
  double of(double[] there, double[] back) {
    return switch (this) {
      case POOLED -> {
        double[] all = java.util.Arrays.copyOf(there, there.length + back.length);
        System.arraycopy(back, 0, all, there.length, back.length);
        yield QUANTILE.evaluate(all, 0.95);
      }
      case MAX -> Math.max(QUANTILE.evaluate(there, 0.95), QUANTILE.evaluate(back, 0.95));
    };
  }

  /** {@code pooled} or {@code max}. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
