package org.onelabel.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.DeviceBuffer;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.experiment.KernelCase;
import org.onelabel.kernels.experiment.Workload;
import org.onelabel.kernels.experiment.Workload.Input;

/** Our kernels on off-heap memory, or on a device's; closes them. */
final class KernelsPeer implements Peer {
  private final Arena arena = Arena.ofShared();
  private final Kernels kernels;
  private final List<DeviceBuffer> resident = new ArrayList<>();
  private final KernelCase call;
  private final int planes;

  KernelsPeer(Kernels kernels, Workload workload, Input input) {
    this(kernels, workload, input, false);
  }

  /**
   * {@code onDevice}: what is read lies where the kernels work, what they find goes to the host.
   */
  KernelsPeer(Kernels kernels, Workload workload, Input input, boolean onDevice) {
    this.kernels = kernels;
    this.call =
        onDevice
            ? workload.prepare(keep(input.first()), keep(input.second()), arena)
            : workload.prepare(input, arena);
    this.planes = workload instanceof Workload.Cosine cosine ? cosine.classes() : 1;
  }

  private Buffer keep(MemorySegment memory) {
    if (memory.byteSize() == 0) {
      return Buffer.of(memory);
    }
    DeviceBuffer copy = kernels.allocate(memory.byteSize()).write(memory);
    resident.add(copy);
    return copy;
  }

  @Override
  public void run() {
    call.run(kernels);
  }

  @Override
  public float[] result() {
    float[] values = call.found();
    float[] rows = new float[values.length];
    int columns = values.length / planes;
    for (int i = 0; i < values.length; i++) {
      rows[i % columns * planes + i / columns] = values[i];
    }
    return rows;
  }

  @Override
  public void close() {
    resident.forEach(DeviceBuffer::close);
    kernels.close();
    arena.close();
  }
}
