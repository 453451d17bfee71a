package org.onelabel.kernels.experiment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.GridSize;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.UpsampleArgmax;

/** A kernel and its sizes, and so how much there is to do. */
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

  /**
   * The call, with room in {@code arena} for what it finds.
   *
   * @param first as {@link #input} makes it, or a copy of it where kernels work
   * @param second the same
   */
  KernelCase prepare(Buffer first, Buffer second, Arena arena);

  /** The call on memory of the host. */
  default KernelCase prepare(Input input, Arena arena) {
    return prepare(Buffer.of(input.first), Buffer.of(input.second), arena);
  }

  /**
   * Float32 values.
   *
   * @param first queries, features, scores, logits or values
   * @param second database or prototypes; empty for the others
   */
  record Input(MemorySegment first, MemorySegment second) {}

  /** K nearest neighbours of random normal rows. */
  record Neighbours(
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
    public KernelCase prepare(Buffer first, Buffer second, Arena arena) {
      return NeighboursCase.of(this, first, second, arena);
    }
  }

  /** Scores and labels of random normal features. */
  record Cosine(int voxels, int dimension, int classes, FeatureMatrix.Layout layout)
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
    public KernelCase prepare(Buffer first, Buffer second, Arena arena) {
      return CosineCase.of(this, first, second, arena);
    }
  }

  /** Entropy of random logits, and the mutual information if wanted. */
  record Entropy(int passes, int classes, int voxels, boolean information) implements Workload {
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
    public KernelCase prepare(Buffer first, Buffer second, Arena arena) {
      return EntropyCase.of(this, first, arena);
    }
  }

  /** The argmax of random scores on another grid. */
  record Upsampling(
      int classes, GridSize from, GridSize to, UpsampleArgmax.Interpolation interpolation)
      implements Workload {
    @Override
    public String kernel() {
      return "upsample-argmax";
    }

    @Override
    public Map<String, Object> shape() {
      Map<String, Object> shape = new LinkedHashMap<>();
      shape.put("classes", classes);
      shape.put("from", "%dx%dx%d".formatted(from.x(), from.y(), from.z()));
      shape.put("to", "%dx%dx%d".formatted(to.x(), to.y(), to.z()));
      shape.put("interpolation", interpolation.name().toLowerCase(Locale.ROOT));
      return shape;
    }

    @Override
    public double operations() {
      boolean nearest = interpolation == UpsampleArgmax.Interpolation.NEAREST;
      return (nearest ? 1.0 : 15.0) * classes * to.count();
    }

    @Override
    public double bytes() {
      return 4.0 * classes * from.count() + 5.0 * to.count();
    }

    @Override
    public Input input(Arena arena) {
      return new Input(normal(arena, classes * from.count(), 1), arena.allocate(0));
    }

    @Override
    public KernelCase prepare(Buffer first, Buffer second, Arena arena) {
      return UpsampleCase.of(this, first, arena);
    }
  }

  /** Mean and the three quartiles of random values. */
  record Reduction(int values) implements Workload {
    @Override
    public String kernel() {
      return "summary";
    }

    @Override
    public Map<String, Object> shape() {
      return Map.of("values", values);
    }

    @Override
    public double operations() {
      return values;
    }

    @Override
    public double bytes() {
      return 4.0 * values;
    }

    @Override
    public Input input(Arena arena) {
      return new Input(normal(arena, values, 1), arena.allocate(0));
    }

    @Override
    public KernelCase prepare(Buffer first, Buffer second, Arena arena) {
      return SummaryCase.of(this, first);
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
