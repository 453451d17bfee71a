package org.onelabel.benchmarks;

import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.onelabel.kernels.Kernels;

/**
 * Prints how many times slower the kernels in plain Java are than the native ones on AVX2, each on
 * one thread, called in turn in one process. Times are of the thread's processor, so that what else
 * runs on the machine counts little; medians of at least three calls.
 */
public final class PlainJavaTable {
  private static final int LEAST_CALLS = 3;

  /** Nanoseconds of a measurement at least: the clock of a thread is coarse. */
  private static final long SHORTEST = 5_000_000;

  private static final long WARM_UP = 1_000_000_000;
  private static final long MEASURED = 500_000_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private PlainJavaTable() {}

  /** Takes the words that the rows to measure begin with; without any it measures all. */
  public static void main(String[] arguments) {
    System.out.println("| work | plain Java, ms | native AVX2, ms | ratio |");
    System.out.println("|---|---|---|---|");
    try (Kernels plain = Kernels.open(Kernels.Implementation.REFERENCE, 1);
        Kernels avx2 = Kernels.open(1, "avx2")) {
      for (String shape : PlainJavaCall.SHAPES) {
        if (arguments.length == 0 || Stream.of(arguments).anyMatch(shape::startsWith)) {
          System.out.println(row(shape, plain, avx2));
        }
      }
    }
  }

  private static String row(String shape, Kernels plain, Kernels avx2) {
    try (Arena arena = Arena.ofConfined()) {
      PlainJavaCall call = PlainJavaCall.parse(shape, arena);
      milliseconds(call, plain, WARM_UP);
      milliseconds(call, avx2, WARM_UP / 10);
      double slow = milliseconds(call, plain, MEASURED);
      double fast = milliseconds(call, avx2, MEASURED);
      return String.format(
          Locale.ROOT, "| `%s` | %.3g | %.3g | %.1f |", shape, slow, fast, slow / fast);
    }
  }

  /** The median of the calls that begin within so many nanoseconds of the processor. */
  private static double milliseconds(PlainJavaCall call, Kernels kernels, long within) {
    double[] times = new double[1 << 16];
    int calls = 0;
    for (long end = THREADS.getCurrentThreadCpuTime() + within;
        calls < LEAST_CALLS || THREADS.getCurrentThreadCpuTime() < end;
        calls++) {
      long start = THREADS.getCurrentThreadCpuTime();
      long spent = 0;
      int repeated = 0;
      for (; spent < SHORTEST; repeated++) {
        call.run(kernels);
        spent = THREADS.getCurrentThreadCpuTime() - start;
      }
      times[calls] = spent * 1e-6 / repeated;
    }
    Arrays.sort(times, 0, calls);
    return times[calls / 2];
  }
}
