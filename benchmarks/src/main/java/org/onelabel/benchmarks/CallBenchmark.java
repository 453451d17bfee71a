package org.onelabel.benchmarks;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.GridSize;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.kernels.VoxelEntropy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a call costs when there is next to nothing to compute; {@code -prof gc} shows garbage. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class CallBenchmark {
  /** Where the arrays lie: {@code native} or {@code heap}. */
  @Param({"native", "heap"})
  public String memory;

  private final Arena arena = Arena.ofShared();
  private Kernels kernels;
  private PrototypeCosine cosine;
  private UpsampleArgmax upsample;
  private VoxelEntropy entropy;
  private NearestNeighbours neighbours;
  private Buffer values;

  private Buffer floats(int count) {
    return memory.equals("heap")
        ? Buffer.of(new float[count])
        : Buffer.of(arena.allocate(4L * count, 64));
  }

  private Buffer bytes(int count) {
    return memory.equals("heap")
        ? Buffer.of(new byte[count])
        : Buffer.of(arena.allocate(count, 64));
  }

  /** Prepares one tiny call of every kernel. */
  @Setup
  public void prepare() {
    kernels = Kernels.open(Kernels.Implementation.CPU, 1);
    values = floats(4);
    cosine =
        PrototypeCosine.of(FeatureMatrix.rows(floats(4), 1, 4), floats(8), 2)
            .scoresInto(floats(2))
            .labelsInto(bytes(1));
    upsample =
        UpsampleArgmax.of(
            floats(2),
            2,
            new GridSize(1, 1, 1),
            new GridSize(1, 1, 1),
            UpsampleArgmax.Interpolation.NEAREST,
            bytes(1));
    entropy = VoxelEntropy.ofProbabilities(floats(2), 1, 2, 1).entropyInto(floats(1));
    neighbours =
        NearestNeighbours.of(
                FeatureMatrix.rows(floats(4), 1, 4),
                FeatureMatrix.rows(floats(4), 1, 4),
                NearestNeighbours.Metric.INNER_PRODUCT,
                1)
            .scoresInto(floats(1));
  }

  /** Closes the kernels, frees the arrays. */
  @TearDown
  public void release() {
    kernels.close();
    arena.close();
  }

  /** One vector, two prototypes. */
  @Benchmark
  public long cosine() {
    return kernels.run(cosine);
  }

  /** One voxel from one voxel. */
  @Benchmark
  public void upsample() {
    kernels.run(upsample);
  }

  /** One voxel. */
  @Benchmark
  public long entropy() {
    return kernels.run(entropy);
  }

  /** One query, one row. */
  @Benchmark
  public long neighbours() {
    return kernels.run(neighbours);
  }

  /** Four values; the record that comes back is garbage by nature. */
  @Benchmark
  public Object summary() {
    return kernels.summarise(values, 4, 0.5);
  }
}
