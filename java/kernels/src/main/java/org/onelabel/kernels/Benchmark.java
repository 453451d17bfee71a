package org.onelabel.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Times one kernel on random data of a given shape against what the machine can do at best. For
 * careful comparison with other libraries there are the JMH benchmarks; this answers "how fast is
 * it here" in seconds.
 */
public final class Benchmark {
  private static final int WARM_UPS = 2;

  private Benchmark() {}

  /** What is timed. All sizes are positive. */
  public sealed interface Workload {
    /** The kernel's name. */
    String kernel();

    /** Sizes by name. */
    Map<String, Object> shape();

    /** Multiplications and additions; exponentials and logarithms count as ten. */
    double operations();

    /** Bytes that must be read and written once. */
    double bytes();

    /** What the call reads: normal random values, always the same ones. */
    Input input(Arena arena);

    /** The call, and room for what it finds. */
    Call prepare(Kernels kernels, Input input, Arena arena);
  }

  /**
   * Float32 values.
   *
   * @param first queries, features or logits
   * @param second database or prototypes; empty for the entropy
   */
  public record Input(MemorySegment first, MemorySegment second) {}

  /**
   * A call that may be made any number of times.
   *
   * @param found what the last one found, float32: KNN scores queries × k with the best first,
   *     cosines classes × voxels, entropies and behind them the mutual information if wanted
   */
  public record Call(Runnable run, MemorySegment found) {}

  /** K nearest neighbours of random normal rows. */
  public record Neighbours(
      int queries, int database, int dimension, int k, NearestNeighbours.Metric metric)
      implements Workload {
    @Override
    public String kernel() {
      return "knn";
    }

    @Override
    public Map<String, Object> shape() {
      Map<String, Object> shape = new LinkedHashMap<>();
      shape.put("queries", queries);
      shape.put("database", database);
      shape.put("dim", dimension);
      shape.put("k", k);
      shape.put("metric", metric.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      return shape;
    }

    @Override
    public double operations() {
      return 2.0 * queries * database * dimension;
    }

    @Override
    public double bytes() {
      return 4.0 * dimension * ((double) queries + database) + 12.0 * queries * k;
    }

    @Override
    public Input input(Arena arena) {
      return new Input(
          normal(arena, (long) queries * dimension, 1),
          normal(arena, (long) database * dimension, 2));
    }

    @Override
    public Call prepare(Kernels kernels, Input input, Arena arena) {
      MemorySegment scores = arena.allocate(ValueLayout.JAVA_FLOAT, (long) queries * k);
      NearestNeighbours call =
          new NearestNeighbours(
              FeatureMatrix.rows(input.first(), queries, dimension),
              FeatureMatrix.rows(input.second(), database, dimension),
              metric,
              k,
              null,
              null,
              arena.allocate(ValueLayout.JAVA_LONG, (long) queries * k),
              scores,
              null);
      return new Call(() -> kernels.run(call), scores);
    }
  }

  /** Scores and labels of random normal features. */
  public record Cosine(int voxels, int dimension, int classes, FeatureMatrix.Layout layout)
      implements Workload {
    @Override
    public String kernel() {
      return "prototype-cosine";
    }

    @Override
    public Map<String, Object> shape() {
      Map<String, Object> shape = new LinkedHashMap<>();
      shape.put("voxels", voxels);
      shape.put("dim", dimension);
      shape.put("classes", classes);
      shape.put("layout", layout.name().toLowerCase(Locale.ROOT));
      return shape;
    }

    @Override
    public double operations() {
      return 2.0 * voxels * dimension * (classes + 1);
    }

    @Override
    public double bytes() {
      return 4.0 * voxels * dimension + voxels * (4.0 * classes + 1);
    }

    @Override
    public Input input(Arena arena) {
      return new Input(
          normal(arena, (long) voxels * dimension, 1),
          normal(arena, (long) classes * dimension, 2));
    }

    @Override
    public Call prepare(Kernels kernels, Input input, Arena arena) {
      MemorySegment scores = arena.allocate(ValueLayout.JAVA_FLOAT, (long) classes * voxels);
      PrototypeCosine call =
          new PrototypeCosine(
              layout == FeatureMatrix.Layout.ROWS
                  ? FeatureMatrix.rows(input.first(), voxels, dimension)
                  : FeatureMatrix.channels(input.first(), voxels, dimension),
              input.second(),
              classes,
              scores,
              arena.allocate(voxels),
              null);
      return new Call(() -> kernels.run(call), scores);
    }
  }

  /** Entropy of random logits, and the mutual information if wanted. */
  public record Entropy(int passes, int classes, int voxels, boolean information)
      implements Workload {
    @Override
    public String kernel() {
      return "entropy";
    }

    @Override
    public Map<String, Object> shape() {
      Map<String, Object> shape = new LinkedHashMap<>();
      shape.put("passes", passes);
      shape.put("classes", classes);
      shape.put("voxels", voxels);
      shape.put("mutual_information", information);
      return shape;
    }

    @Override
    public double operations() {
      return (12.0 * passes * classes + 12.0 * classes + (information ? 12.0 * passes : 0))
          * voxels;
    }

    @Override
    public double bytes() {
      return 4.0 * voxels * ((double) passes * classes + (information ? 2 : 1));
    }

    @Override
    public Input input(Arena arena) {
      return new Input(normal(arena, (long) passes * classes * voxels, 1), arena.allocate(0));
    }

    @Override
    public Call prepare(Kernels kernels, Input input, Arena arena) {
      MemorySegment found =
          arena.allocate(ValueLayout.JAVA_FLOAT, (information ? 2L : 1L) * voxels);
      VoxelEntropy call =
          new VoxelEntropy(
              input.first(),
              VoxelEntropy.Kind.LOGITS,
              passes,
              classes,
              voxels,
              null,
              found.asSlice(0, 4L * voxels),
              null,
              information ? found.asSlice(4L * voxels) : null);
      return new Call(() -> kernels.run(call), found);
    }
  }

  /**
   * How long it took.
   *
   * @param medianSeconds of the repetitions
   * @param spread (slowest − fastest) / median
   * @param boundFraction the time at the float32 and memory bounds, whichever is later, over the
   *     median; above 1 where lower precision does part of the work; NaN without bounds
   */
  public record Result(
      String kernel,
      String implementation,
      String instructionSet,
      int threads,
      Map<String, Object> shape,
      double medianSeconds,
      double spread,
      double gigaflops,
      double gigabytesPerSecond,
      double boundFraction) {}

  /** Measures the bounds, then runs {@code workload} {@code repeat} times after some warm-up. */
  public static Result run(Kernels kernels, Workload workload, int repeat) {
    return run(kernels, kernels.measureBounds(), workload, repeat);
  }

  /** The same against bounds measured before; they may be null. */
  public static Result run(Kernels kernels, Bounds bounds, Workload workload, int repeat) {
    try (Arena arena = Arena.ofShared()) {
      Runnable call = workload.prepare(kernels, workload.input(arena), arena).run();
      for (int i = 0; i < WARM_UPS; i++) {
        call.run();
      }
      double[] seconds = new double[repeat];
      for (int i = 0; i < repeat; i++) {
        long start = System.nanoTime();
        call.run();
        seconds[i] = (System.nanoTime() - start) * 1e-9;
      }
      Arrays.sort(seconds);
      double median = (seconds[(repeat - 1) / 2] + seconds[repeat / 2]) / 2;
      double least =
          bounds == null
              ? Double.NaN
              : Math.max(
                  workload.operations() / bounds.floatOperations(),
                  workload.bytes() / bounds.readBytes());
      return new Result(
          workload.kernel(),
          kernels.implementation().name().toLowerCase(Locale.ROOT),
          kernels.instructionSet(),
          kernels.threads(),
          workload.shape(),
          median,
          (seconds[repeat - 1] - seconds[0]) / median,
          workload.operations() / median * 1e-9,
          workload.bytes() / median * 1e-9,
          least / median);
    }
  }

  private static MemorySegment normal(Arena arena, long count, long seed) {
    MemorySegment memory = arena.allocate(4 * count, 64);
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return memory;
  }
}
