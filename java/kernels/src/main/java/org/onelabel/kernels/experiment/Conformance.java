package org.onelabel.kernels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.onelabel.kernels.Kernels;

/**
 * The suite every implementation has to pass: random shapes, strides, types and values — awkward
 * sizes, ties, zero vectors and NaN among them — against float64 arithmetic that is apart from any
 * implementation ({@link Truth}). Every third case lies at the edges of float32. Searches in
 * prepared databases are held against those in matrices, to the bit.
 */
public final class Conformance {
  /** A case of a prepared database makes a dozen calls, and is one in so many. */
  private static final int DATABASE_CASES = 2;

  private Conformance() {}

  /**
   * How one kernel did.
   *
   * @param worst the largest error, as a multiple of what is allowed
   * @param failure the first case that failed, empty if none did
   */
  public record Result(String kernel, int cases, int failed, double worst, String failure) {
    /** The same in a line. */
    public String line() {
      return "%-18s %d cases, %d failed, worst error %.2f of the tolerance %s"
          .formatted(kernel, cases, failed, worst, failure)
          .strip();
    }
  }

  /** The kernels, and how cases of each are drawn. */
  private enum Kernel {
    COSINE("prototype-cosine", CosineCase::draw, CosineCase::drawAtEdges),
    UPSAMPLE("upsample-argmax", UpsampleCase::draw, UpsampleCase::drawAtEdges),
    ENTROPY("entropy", EntropyCase::draw, EntropyCase::drawAtEdges),
    KNN("knn", NeighboursCase::draw, NeighboursCase::drawAtEdges),
    SUMMARY("summary", SummaryCase::draw, SummaryCase::drawAtEdges),
    RANGE("range-search", RangeCase::draw, RangeCase::drawAtEdges),
    DATABASE("prepared-database", DatabaseCase::draw, DatabaseCase::drawAtEdges);

    private final String title;
    private final Function<RandomInputs, CheckedCase> usual;
    private final Function<RandomInputs, CheckedCase> edges;

    Kernel(
        String title,
        Function<RandomInputs, CheckedCase> usual,
        Function<RandomInputs, CheckedCase> edges) {
      this.title = title;
      this.usual = usual;
      this.edges = edges;
    }
  }

  /** The names of all kernels. */
  public static List<String> names() {
    return Arrays.stream(Kernel.values()).map(kernel -> kernel.title).toList();
  }

  /** Runs {@code cases} random cases of each kernel, of prepared databases half as many. */
  public static List<Result> run(Kernels kernels, long seed, int cases) {
    return run(kernels, seed, cases, names());
  }

  /** The same of the kernels that are named alone, in the order of {@link #names()}. */
  public static List<Result> run(Kernels kernels, long seed, int cases, Collection<String> names) {
    List<Result> results = new ArrayList<>();
    for (Kernel kernel : Kernel.values()) {
      if (names.contains(kernel.title)) {
        int drawn = kernel == Kernel.DATABASE ? Math.ceilDiv(cases, DATABASE_CASES) : cases;
        results.add(run(kernels, kernel, seed + kernel.ordinal(), drawn));
      }
    }
    return results;
  }

  private static Result run(Kernels kernels, Kernel kernel, long seed, int cases) {
    RandomInputs usual = new RandomInputs(new SplittableRandom(seed));
    RandomInputs edges = new RandomInputs(new SplittableRandom(seed));
    int failed = 0;
    double worst = 0;
    String failure = "";
    for (int i = 0; i < cases; i++) {
      CheckedCase drawn = i % 3 == 2 ? kernel.edges.apply(edges) : kernel.usual.apply(usual);
      drawn.run(kernels);
      CheckedCase.Outcome outcome = drawn.compare();
      if (!outcome.isRight()) {
        failed++;
        failure = failure.isEmpty() ? "case " + i + ": " + outcome.description() : failure;
      }
      worst = Math.max(worst, outcome.error());
    }
    return new Result(kernel.title, cases, failed, worst, failure);
  }
}
