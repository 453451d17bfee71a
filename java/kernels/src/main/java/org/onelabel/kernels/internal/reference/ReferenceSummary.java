package org.onelabel.kernels.internal.reference;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.Summary;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.reference.lanes.Floats;
import org.onelabel.kernels.internal.reference.threads.Cancellation;

/** Mean and quantiles. */
final class ReferenceSummary {
  /** Values that are read together. */
  private static final int READ = 4096;

  private ReferenceSummary() {}

  static Summary of(Cancellation cancellation, Buffer given, long count, double... levels) {
    Summary.check(given, count, levels);
    MemorySegment values = HostAllocation.segment(given);
    double[] sorted = new double[Math.toIntExact(count)];
    int valid = 0;
    float[] read = new float[(int) Math.min(count, READ)];
    for (int i = 0; i < count; i += READ) {
      cancellation.check();
      int length = (int) Math.min(READ, count - i);
      Floats.read(values, i, read, length);
      for (int j = 0; j < length; j++) {
        sorted[valid] = read[j];
        valid += Float.isNaN(read[j]) ? 0 : 1;
      }
    }
    double mean = Arrays.stream(sorted, 0, valid).average().orElse(Double.NaN);
    if (levels.length > 0) {
      Arrays.sort(sorted, 0, valid);
    }
    List<Double> quantiles = new ArrayList<>();
    for (double level : levels) {
      double position = level * (valid - 1);
      int rank = (int) position;
      quantiles.add(
          valid == 0
              ? Double.NaN
              : between(sorted[rank], sorted[Math.min(rank + 1, valid - 1)], position - rank));
    }
    return new Summary(mean, quantiles, count - valid);
  }

  /** The sum of both with weights 1 − share and share; what has no weight does not count. */
  private static double between(double lower, double upper, double share) {
    return share == 0 || lower == upper
        ? lower
        : Double.isInfinite(lower) || Double.isInfinite(upper)
            ? lower + upper
            : lower + share * (upper - lower);
  }
}
