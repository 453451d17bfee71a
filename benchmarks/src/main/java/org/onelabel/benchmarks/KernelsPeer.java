package org.onelabel.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.kernels.Benchmark;
import org.onelabel.kernels.Benchmark.Input;
import org.onelabel.kernels.DeviceMemory;
import org.onelabel.kernels.Kernels;

/** Our kernels on off-heap memory, or on a device's; closes them. */
final class KernelsPeer implements Peer {
  private final Arena arena = Arena.ofShared();
  private final Kernels kernels;
  private final List<DeviceMemory> resident = new ArrayList<>();
  private final Benchmark.Call call;
  private final int planes;

  KernelsPeer(Kernels kernels, Benchmark.Workload workload, Input input) {
    this(kernels, workload, input, false);
  }

  /**
   * {@code onDevice}: what is read lies where the kernels work, what they find goes to the host.
   */
  KernelsPeer(Kernels kernels, Benchmark.Workload workload, Input input, boolean onDevice) {
    this.kernels = kernels;
    Input used = onDevice ? new Input(keep(input.first()), keep(input.second())) : input;
    this.call = workload.prepare(kernels, used, arena);
    this.planes = workload instanceof Benchmark.Cosine cosine ? cosine.classes() : 1;
  }

  private MemorySegment keep(MemorySegment memory) {
    if (memory.byteSize() == 0) {
      return memory;
    }
    DeviceMemory copy = kernels.allocate(memory.byteSize()).write(memory);
    resident.add(copy);
    return copy.segment();
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
    resident.forEach(DeviceMemory::close);
    kernels.close();
    arena.close();
  }
}
