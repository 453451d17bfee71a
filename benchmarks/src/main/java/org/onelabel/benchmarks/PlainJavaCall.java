package org.onelabel.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.ElementType;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.GridSize;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.kernels.experiment.Workload;

/** A call of {@link PlainJavaTable}: a {@link Shape}, or one of those that are of this table. */
interface PlainJavaCall {
  /**
   * The rows of the table. A type behind a shape is that of the features; {@code certain}
   * predictions are those of a network that has no doubt.
   */
  List<String> SHAPES =
      List.of(
          "cosine:65536x384:2:rows",
          "cosine:65536x384:8:rows",
          "cosine:65536x384:32:rows",
          "cosine:65536x384:2:channels",
          "cosine:65536x384:8:channels",
          "cosine:65536x384:32:channels",
          "cosine:65536x16:4:channels",
          "cosine:65536x384:2:rows:float16",
          "cosine:65536x384:2:channels:float16",
          "cosine:65536x384:2:rows:bfloat16",
          "cosine:65536x384:2:channels:bfloat16",
          "entropy:8x2x131072",
          "entropy:8x4x131072",
          "entropy:8x16x131072",
          "entropy:8x2x131072:information",
          "entropy:8x4x131072:information",
          "entropy:8x16x131072:information",
          "entropy:8x4x131072:certain",
          "entropy:8x4x131072:information:certain",
          "upsample:4x40x160:trilinear",
          "upsample:16x40x160:trilinear",
          "upsample:4x40x160:nearest",
          "summary:1000000:quartiles",
          "summary:1000000:mean",
          "knn:512x6144x384:5:inner-product",
          "knn:512x6144x384:5:cosine",
          "knn:512x6144x384:5:squared-l2",
          "knn:512x6144x384:200:inner-product",
          "knn:512x6144x384:200:cosine",
          "knn:512x6144x384:200:squared-l2",
          "knn:256x20000x768:5:inner-product",
          "knn:256x20000x768:5:cosine",
          "knn:256x20000x768:5:squared-l2",
          "knn:1024x20000x64:5:inner-product",
          "knn:1024x20000x64:200:cosine",
          "knn:1024x20000x64:5:squared-l2",
          "knn:1024x20000x16:5:inner-product",
          "knn:1024x20000x16:200:cosine",
          "knn:1024x20000x16:5:squared-l2",
          "knn:16384x35000x16:15:squared-l2",
          "knn:10000x100000x3:8:squared-l2",
          "knn:1x100000x128:5:cosine",
          "knn:1x100000x128:200:squared-l2",
          "knn:4x100000x128:5:cosine",
          "knn:16x100000x128:5:inner-product",
          "knn:16x100000x128:5:cosine:float16",
          "knn:512x6144x384:5:cosine:float16",
          "knn:512x6144x384:5:inner-product:bfloat16");

  /** Makes the call. */
  void run(Kernels kernels);

  static PlainJavaCall parse(String word, Arena arena) {
    List<String> parts = List.of(word.split(":", -1));
    String last = parts.getLast();
    String rest = word.substring(0, word.length() - last.length() - 1);
    return switch (parts.getFirst()) {
      case "upsample" -> upsampling(parts, arena);
      case "summary" -> summary(Integer.parseInt(parts.get(1)), last.equals("quartiles"), arena);
      default ->
          switch (last) {
            case "float16" -> halves(Shape.parse(rest), ElementType.FLOAT16, arena);
            case "bfloat16" -> halves(Shape.parse(rest), ElementType.BFLOAT16, arena);
            case "certain" -> certain(Shape.parse(rest), arena);
            default -> {
              Workload workload = Shape.parse(word);
              yield workload.prepare(workload.input(arena), arena)::run;
            }
          };
    };
  }

  /** Of {@code upsample:CLASSESxFROMxTO:INTERPOLATION}, sizes of cubes. */
  private static PlainJavaCall upsampling(List<String> parts, Arena arena) {
    List<Integer> sizes =
        List.of(parts.get(1).split("x", -1)).stream().map(Integer::valueOf).toList();
    int from = sizes.get(1);
    int to = sizes.get(2);
    Workload workload =
        new Workload.Upsampling(
            sizes.get(0),
            new GridSize(from, from, from),
            new GridSize(to, to, to),
            UpsampleArgmax.Interpolation.valueOf(parts.get(2).toUpperCase(Locale.ROOT)));
    return workload.prepare(workload.input(arena), arena)::run;
  }

  private static PlainJavaCall summary(int count, boolean quartiles, Arena arena) {
    Buffer values = Buffer.of(new Workload.Reduction(count).input(arena).first());
    double[] levels = quartiles ? new double[] {0.25, 0.5, 0.75} : new double[0];
    return kernels -> kernels.summarise(values, count, levels);
  }

  /** The first class of every voxel is far above all others. */
  private static PlainJavaCall certain(Workload workload, Arena arena) {
    if (!(workload instanceof Workload.Entropy entropy)) {
      throw new IllegalArgumentException("predictions alone are certain");
    }
    Workload.Input input = workload.input(arena);
    for (int t = 0; t < entropy.passes(); t++) {
      long first = (long) t * entropy.classes() * entropy.voxels();
      for (long i = first; i < first + entropy.voxels(); i++) {
        float logit = input.first().getAtIndex(ValueLayout.JAVA_FLOAT, i);
        input.first().setAtIndex(ValueLayout.JAVA_FLOAT, i, logit + 18);
      }
    }
    return workload.prepare(input, arena)::run;
  }

  /** The same with features of 16 bits. */
  private static PlainJavaCall halves(Workload workload, ElementType type, Arena arena) {
    Workload.Input input = workload.input(arena);
    MemorySegment first = halves(input.first(), type, arena);
    return switch (workload) {
      case Workload.Cosine c -> {
        boolean rows = c.layout() == FeatureMatrix.Layout.ROWS;
        int stride = rows ? c.dimension() : c.voxels();
        FeatureMatrix features =
            new FeatureMatrix(
                Buffer.of(first), type, c.layout(), c.voxels(), c.dimension(), stride);
        PrototypeCosine call =
            PrototypeCosine.of(features, Buffer.of(input.second()), c.classes())
                .scoresInto(Buffer.of(floats(arena, (long) c.classes() * c.voxels())))
                .labelsInto(Buffer.of(arena.allocate(c.voxels())));
        yield kernels -> kernels.run(call);
      }
      case Workload.Neighbours n -> {
        NearestNeighbours call =
            NearestNeighbours.of(
                    rows(first, type, n.queries(), n.dimension()),
                    rows(halves(input.second(), type, arena), type, n.database(), n.dimension()),
                    n.metric(),
                    n.k())
                .into(
                    Buffer.of(arena.allocate(ValueLayout.JAVA_LONG, (long) n.queries() * n.k())),
                    Buffer.of(floats(arena, (long) n.queries() * n.k())));
        yield kernels -> kernels.run(call);
      }
      default -> throw new IllegalArgumentException("no features in " + workload.kernel());
    };
  }

  private static FeatureMatrix rows(
      MemorySegment data, ElementType type, long count, long dimension) {
    return new FeatureMatrix(
        Buffer.of(data), type, FeatureMatrix.Layout.ROWS, count, dimension, dimension);
  }

  private static MemorySegment floats(Arena arena, long count) {
    return arena.allocate(ValueLayout.JAVA_FLOAT, count);
  }

  private static MemorySegment halves(MemorySegment floats, ElementType type, Arena arena) {
    long count = floats.byteSize() / 4;
    MemorySegment halves = arena.allocate(ValueLayout.JAVA_SHORT, count);
    for (long i = 0; i < count; i++) {
      float value = floats.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      short half =
          type == ElementType.FLOAT16
              ? Float.floatToFloat16(value)
              : (short) (Float.floatToRawIntBits(value) >>> 16);
      halves.setAtIndex(ValueLayout.JAVA_SHORT, i, half);
    }
    return halves;
  }
}
