package org.onelabel.pipeline.metrics;

import java.util.List;

/**
 * Means over cases.
 *
 * @param cases how many have a value: all means stand on these
 * @param deviation of the Dice; NaN of fewer than two cases
 */
public record MeanMetrics(
    int cases,
    double dice,
    double deviation,
    double jaccard,
    double hd95,
    double asd,
    double assd) {

  /** Of the metrics of each case, NaN where it has none. */
  public static MeanMetrics of(List<Metrics> cases) {
    Spread dice = Spread.of(cases.stream().map(Metrics::dice).toList());
    Metrics mean = Metrics.mean(cases);
    return new MeanMetrics(
        dice.values(),
        dice.mean(),
        dice.deviation(),
        mean.jaccard(),
        mean.hd95(),
        mean.asd(),
        mean.assd());
  }
}
