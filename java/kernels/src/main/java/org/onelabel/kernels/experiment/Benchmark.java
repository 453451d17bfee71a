package org.onelabel.kernels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.onelabel.kernels.Kernels;

/**
 * Times one case against what the machine can do at best. For careful comparison with other
 * libraries there are the JMH benchmarks; this answers "how fast is it here" in seconds.
 */
public final class Benchmark {
  private static final int WARM_UPS = 2;

  private Benchmark() {}

  /**
   * How long it took.
   *
   * @param medianSeconds of the repetitions
   * @param spread (slowest − fastest) / median
   * @param rooflineFraction the time at the roofline over the median; above 1 where lower precision
   *     does part of the work; none without a roofline
   */
  public record Result(
      Workload workload,
      String implementation,
      String instructionSet,
      int threads,
      double medianSeconds,
      double spread,
      OptionalDouble rooflineFraction) {

    /** Multiplications and additions a second, in 10⁹. */
    public double gigaflops() {
      return workload.operations() / medianSeconds * 1e-9;
    }

    /** Bytes a second that must be moved, in 10⁹. */
    public double gigabytesPerSecond() {
      return workload.bytes() / medianSeconds * 1e-9;
    }

    /** The same figures of what is called otherwise. */
    public Result named(String name) {
      return new Result(workload, name, "", threads, medianSeconds, spread, rooflineFraction);
    }
  }

  /** Runs {@code timed} {@code repeat} times after some warm-up. */
  public static Result run(
      Kernels kernels, Optional<Roofline> roofline, KernelCase timed, int repeat) {
    for (int i = 0; i < WARM_UPS; i++) {
      timed.run(kernels);
    }
    double[] seconds = new double[repeat];
    for (int i = 0; i < repeat; i++) {
      long start = System.nanoTime();
      timed.run(kernels);
      seconds[i] = (System.nanoTime() - start) * 1e-9;
    }
    Arrays.sort(seconds);
    double median = (seconds[(repeat - 1) / 2] + seconds[repeat / 2]) / 2;
    return new Result(
        timed.workload(),
        kernels.implementation().name().toLowerCase(Locale.ROOT),
        kernels.instructionSet(),
        kernels.threads(),
        median,
        (seconds[repeat - 1] - seconds[0]) / median,
        roofline
            .map(best -> OptionalDouble.of(best.seconds(timed.workload()) / median))
            .orElse(OptionalDouble.empty()));
  }

  /**
   * One line for each result under a heading, and the shape.
   *
   * @param results of one workload, at least one
   */
  public static List<String> table(List<Benchmark.Result> results) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-18s %-10s %-10s %7s %10s %7s %9s %8s %8s"
            .formatted(
                "kernel",
                "by",
                "isa",
                "threads",
                "median ms",
                "spread",
                "GFLOP/s",
                "GB/s",
                "roofline"));
    for (Benchmark.Result r : results) {
      String roofline =
          r.rooflineFraction().isEmpty()
              ? ""
              : "%.2f".formatted(r.rooflineFraction().getAsDouble());
      lines.add(
          "%-18s %-10s %-10s %7d %10.3f %6.0f%% %9.1f %8.2f %8s"
              .formatted(
                  r.workload().kernel(),
                  r.implementation(),
                  r.instructionSet(),
                  r.threads(),
                  1e3 * r.medianSeconds(),
                  100 * r.spread(),
                  r.gigaflops(),
                  r.gigabytesPerSecond(),
                  roofline));
    }
    lines.add(results.getFirst().workload().shape().toString());
    return lines;
  }
}
