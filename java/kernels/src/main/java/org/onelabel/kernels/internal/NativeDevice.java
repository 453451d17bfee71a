package org.onelabel.kernels.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;
import org.onelabel.kernels.Device;
import org.onelabel.kernels.DeviceBuffer;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.kernels.VoxelEntropy;

/** The first CUDA device of some kernels. */
final class NativeDevice implements Device {
  private final NativeContext context;
  private final NativeCalls calls;
  private final NativeSearches searches;

  NativeDevice(NativeContext context, NativeCalls calls, NativeSearches searches) {
    this.context = context;
    this.calls = calls;
    this.searches = searches;
  }

  @Override
  public String name() {
    return whileOpen(() -> context.device().name(context.handle()));
  }

  @Override
  public long stream() {
    return whileOpen(() -> context.device().stream(context.handle()));
  }

  @Override
  public void enqueue(PrototypeCosine call) {
    calls.run(call, false);
  }

  @Override
  public void enqueue(UpsampleArgmax call) {
    calls.run(call);
  }

  @Override
  public void enqueue(VoxelEntropy call) {
    calls.run(call, false);
  }

  @Override
  public void enqueue(NearestNeighbours call) {
    searches.run(call, false);
  }

  @Override
  public void synchronise() {
    context.enter();
    try {
      context.check(context.device().synchronise(context.handle()));
    } finally {
      context.leave();
    }
  }

  @Override
  public Event record() {
    context.enter();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      context.check(context.device().record(context.handle(), out));
      return new NativeEvent(context, out.get(ValueLayout.ADDRESS, 0));
    } finally {
      context.leave();
    }
  }

  @Override
  public void await(Event event) {
    context.enter();
    try {
      NativeEvent.of(event)
          .whileOpen(handle -> context.check(context.device().await(context.handle(), handle)));
    } finally {
      context.leave();
    }
  }

  @Override
  public DeviceBuffer borrow(long address, long bytes) {
    return DeviceAllocation.borrowed(context, address, bytes);
  }

  private <T> T whileOpen(Supplier<T> question) {
    context.enter();
    try {
      return question.get();
    } finally {
      context.leave();
    }
  }
}
