package org.onelabel.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.onelabel.kernels.Benchmark;
import org.onelabel.kernels.Benchmark.Input;
import org.onelabel.kernels.Kernels;

/** Our kernels on off-heap memory; closes them. */
final class KernelsPeer implements Peer {
  private final Arena arena = Arena.ofShared();
  private final Kernels kernels;
  private final Benchmark.Call call;
  private final int planes;

  KernelsPeer(Kernels kernels, Benchmark.Workload workload, Input input) {
    this.kernels = kernels;
    this.call = workload.prepare(kernels, input, arena);
    this.planes = workload instanceof Benchmark.Cosine cosine ? cosine.classes() : 1;
  }

  @Override
  public void run() {
    call.run().run();
  }

  @Override
  public float[] result() {
    float[] values = call.found().toArray(ValueLayout.JAVA_FLOAT);
    float[] rows = new float[values.length];
    int columns = values.length / planes;
    for (int i = 0; i < values.length; i++) {
      rows[i % columns * planes + i / columns] = values[i];
    }
    return rows;
  }

  @Override
  public void close() {
    kernels.close();
    arena.close();
  }
}
