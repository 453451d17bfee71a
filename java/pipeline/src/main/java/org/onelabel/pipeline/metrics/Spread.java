package org.onelabel.pipeline.metrics;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Statistic;

/**
 * Mean and deviation of those values that are numbers: NaN stands for a value that is not there.
 *
 * @param values how many there are
 * @param mean NaN of none
 * @param deviation standard deviation of the sample; NaN of fewer than two
 */
public record Spread(int values, double mean, double deviation) {
  /** What stands in a table for a value that is not there. */
  public static final String NOTHING = "–";

  public static Spread of(double... values) {
    double[] there = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
    if (there.length == 0) {
      return new Spread(0, Double.NaN, Double.NaN);
    }
    DoubleStatistics statistics =
        DoubleStatistics.of(EnumSet.of(Statistic.MEAN, Statistic.STANDARD_DEVIATION), there);
    return new Spread(
        there.length,
        statistics.getAsDouble(Statistic.MEAN),
        there.length > 1 ? statistics.getAsDouble(Statistic.STANDARD_DEVIATION) : Double.NaN);
  }

  public static Spread of(Collection<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** The same in another unit. */
  public Spread times(double scale) {
    return new Spread(values, scale * mean, scale * deviation);
  }

  /** Mean ± deviation; the mean alone where there is no deviation. */
  public String text(int digits) {
    String number = number(mean, digits);
    return Double.isNaN(deviation) ? number : number + " ± " + number(deviation, digits);
  }

  /** The number with so many digits, or {@link #NOTHING} for NaN. */
  public static String number(double value, int digits) {
    return Double.isNaN(value) ? NOTHING : String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
