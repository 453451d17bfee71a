package org.onelabel.kernels.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.CancellableKernels;
import org.onelabel.kernels.Device;
import org.onelabel.kernels.DeviceBuffer;
import org.onelabel.kernels.ElementType;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.PreparedDatabase;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.RangeSearch;
import org.onelabel.kernels.Summary;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.kernels.internal.binding.NativeLibrary;
import org.onelabel.kernels.internal.memory.HostAllocation;

/** The C ABI behind the Java interface, of the CPU and of CUDA. */
public final class NativeKernels implements CancellableKernels {
  private final Implementation implementation;
  private final NativeContext context;
  private final NativeCalls calls;
  private final NativeSearches searches;
  private final String instructionSet;
  private final int threads;

  private NativeKernels(Implementation implementation, NativeContext context) {
    this.implementation = implementation;
    this.context = context;
    calls = new NativeCalls(context);
    searches = new NativeSearches(context);
    instructionSet = context.library().context().isa(context.handle());
    threads = context.library().context().threads(context.handle());
  }

  /** Kernels on {@code variant} (an instruction set; of CUDA, devices), or on the best there is. */
  static NativeKernels open(
      Implementation implementation, NativeLibrary library, int threads, Optional<String> variant) {
    return new NativeKernels(
        implementation, new NativeContext(library, threads, variant, Optional.empty()));
  }

  /** The CPU's with those of a candidate among them. */
  public static NativeKernels open(NativeLibrary library, int threads, Trial trial) {
    return new NativeKernels(
        Implementation.CPU,
        new NativeContext(library, threads, Optional.empty(), Optional.of(trial)));
  }

  @Override
  public Implementation implementation() {
    return implementation;
  }

  @Override
  public String instructionSet() {
    return instructionSet;
  }

  @Override
  public int threads() {
    return threads;
  }

  /**
   * Measures what the machine does at best, in about half a second: float32 operations, the
   * filter's operations, and bytes read a second.
   */
  public double[] measureBounds() {
    context.enter();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rates = arena.allocate(ValueLayout.JAVA_DOUBLE, 3);
      context.check(
          context
              .library()
              .context()
              .measureBounds(context.handle(), rates, rates.asSlice(8), rates.asSlice(16)));
      return rates.toArray(ValueLayout.JAVA_DOUBLE);
    } finally {
      context.leave();
    }
  }

  @Override
  public DeviceBuffer allocate(long bytes) {
    if (context.isOnDevice()) {
      return DeviceAllocation.of(context, bytes);
    }
    context.enter();
    try {
      return HostAllocation.of(bytes);
    } finally {
      context.leave();
    }
  }

  @Override
  public PreparedDatabase database(long dimension, ElementType type, Metric metric) {
    return new NativeDatabase(context, dimension, type, metric);
  }

  @Override
  public Optional<Device> device() {
    return context.isOnDevice()
        ? Optional.of(new NativeDevice(context, calls, searches))
        : Optional.empty();
  }

  @Override
  public CancellableKernels cancellable() {
    return new NativeKernels(implementation, context.share());
  }

  @Override
  public void cancel() {
    context.cancel();
  }

  @Override
  public long run(PrototypeCosine call) {
    return calls.run(call, true);
  }

  @Override
  public void run(UpsampleArgmax call) {
    calls.run(call);
  }

  @Override
  public long run(VoxelEntropy call) {
    return calls.run(call, true);
  }

  @Override
  public long run(NearestNeighbours call) {
    return searches.run(call, true);
  }

  @Override
  public long run(RangeSearch call) {
    return searches.run(call);
  }

  @Override
  public Summary summarise(Buffer values, long count, double... levels) {
    return calls.summarise(values, count, levels);
  }

  @Override
  public void close() {
    context.close();
  }
}
