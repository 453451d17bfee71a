package org.onelabel.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.onelabel.kernels.Benchmark;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.VoxelEntropy;

/** Our kernels on off-heap memory; closes them. */
final class KernelsPeer implements Peer {
  private final Arena arena = Arena.ofShared();
  private final Kernels kernels;
  private final Runnable call;
  private MemorySegment found;
  private int transposed = 1;

  KernelsPeer(Kernels kernels, Benchmark.Workload workload, Input input) {
    this.kernels = kernels;
    this.call =
        switch (workload) {
          case Benchmark.Neighbours w -> neighbours(w, input);
          case Benchmark.Cosine w -> cosine(w, input);
          case Benchmark.Entropy w -> entropy(w, input);
        };
  }

  private Runnable neighbours(Benchmark.Neighbours w, Input input) {
    found = arena.allocate(ValueLayout.JAVA_FLOAT, (long) w.queries() * w.k());
    NearestNeighbours search =
        new NearestNeighbours(
            FeatureMatrix.rows(input.first(), w.queries(), w.dimension()),
            FeatureMatrix.rows(input.second(), w.database(), w.dimension()),
            w.metric(),
            w.k(),
            null,
            null,
            arena.allocate(ValueLayout.JAVA_LONG, (long) w.queries() * w.k()),
            found,
            null);
    return () -> kernels.run(search);
  }

  private Runnable cosine(Benchmark.Cosine w, Input input) {
    found = arena.allocate(ValueLayout.JAVA_FLOAT, (long) w.classes() * w.voxels());
    transposed = w.classes();
    PrototypeCosine similarity =
        new PrototypeCosine(
            w.layout() == FeatureMatrix.Layout.ROWS
                ? FeatureMatrix.rows(input.first(), w.voxels(), w.dimension())
                : FeatureMatrix.channels(input.first(), w.voxels(), w.dimension()),
            input.second(),
            w.classes(),
            found,
            arena.allocate(w.voxels()),
            null);
    return () -> kernels.run(similarity);
  }

  private Runnable entropy(Benchmark.Entropy w, Input input) {
    found = arena.allocate(ValueLayout.JAVA_FLOAT, (w.information() ? 2L : 1L) * w.voxels());
    VoxelEntropy uncertainty =
        new VoxelEntropy(
            input.first(),
            VoxelEntropy.Kind.LOGITS,
            w.passes(),
            w.classes(),
            w.voxels(),
            null,
            found.asSlice(0, 4L * w.voxels()),
            null,
            w.information() ? found.asSlice(4L * w.voxels()) : null);
    return () -> kernels.run(uncertainty);
  }

  @Override
  public void run() {
    call.run();
  }

  @Override
  public float[] result() {
    float[] values = found.toArray(ValueLayout.JAVA_FLOAT);
    float[] rows = new float[values.length];
    int columns = values.length / transposed;
    for (int i = 0; i < values.length; i++) {
      rows[i % columns * transposed + i / columns] = values[i];
    }
    return rows;
  }

  @Override
  public void close() {
    kernels.close();
    arena.close();
  }
}
