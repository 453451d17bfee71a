package org.onelabel.kernels.experiment;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.Summary;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;

/** Mean and quantiles. */
final class SummaryCase implements KernelCase {
  private final String name;
  private final Buffer values;
  private final int count;
  private final double[] levels;
  private Summary found = new Summary(0, List.of(), 0);

  private SummaryCase(String name, Buffer values, int count, double... levels) {
    this.name = name;
    this.values = values;
    this.count = count;
    this.levels = levels;
  }

  static SummaryCase of(Workload.Reduction work, Buffer values) {
    return new SummaryCase("random values", values, work.values(), 0.25, 0.5, 0.75);
  }

  static SummaryCase draw(RandomInputs inputs) {
    int count = inputs.oneIn(10) ? 0 : 1 + inputs.size();
    float[] values = inputs.normal(count, inputs.scale(-3, 6));
    int gaps = inputs.oneIn(8) ? 1 : 20;
    for (int i = 0; i < count; i++) {
      // A processor makes NaN negative, Java positive.
      float gap = inputs.flip() ? Float.NaN : Float.intBitsToFloat(0xFFC00000);
      values[i] = inputs.oneIn(gaps) ? gap : inputs.oneIn(5) ? 0.5f : values[i];
    }
    return new SummaryCase("values", Buffer.of(values), count, 0, 0.9, 1, inputs.share());
  }

  static SummaryCase drawAtEdges(RandomInputs inputs) {
    int count = 1 + inputs.below(12);
    Buffer values = Buffer.of(inputs.oddScores(count, 3));
    return new SummaryCase(
        "values, infinities among them", values, count, 0, 1, 0.5, inputs.share());
  }

  @Override
  public Workload workload() {
    return new Workload.Reduction(count);
  }

  @Override
  public void run(Kernels kernels) {
    found = kernels.summarise(values, count, levels);
  }

  @Override
  public float[] found() {
    float[] quantiles = new float[levels.length];
    for (int l = 0; l < quantiles.length; l++) {
      quantiles[l] = found.quantiles().get(l).floatValue();
    }
    return quantiles;
  }

  @Override
  public Outcome compare() {
    MemorySegment memory = HostAllocation.segment(values);
    double[] numbers =
        IntStream.range(0, count).mapToDouble(i -> Segments.getFloat(memory, i)).toArray();
    Summary expected = Truth.summary(numbers, levels);
    Findings findings = new Findings(count + " " + name);
    findings.require("number of NaN", found.invalid() == expected.invalid());
    double largest = Arrays.stream(numbers).map(Math::abs).filter(Double::isFinite).max().orElse(1);
    findings.near("mean", found.mean(), expected.mean(), 1e-12 * largest);
    for (int l = 0; l < levels.length; l++) {
      double quantile = expected.quantiles().get(l);
      // Between a small and a very large number the quantile is large, too.
      double scale = Math.max(Math.abs(quantile), Math.min(1, largest));
      findings.near("quantile", found.quantiles().get(l), quantile, 1e-12 * scale);
    }
    return findings.outcome();
  }
}
