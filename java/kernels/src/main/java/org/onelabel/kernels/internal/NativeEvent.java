package org.onelabel.kernels.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import org.onelabel.kernels.Device;
import org.onelabel.kernels.internal.memory.Lifetime;

/** An event of a CUDA device. */
final class NativeEvent implements Device.Event {
  private final NativeContext context;
  private final MemorySegment event;
  private final Lifetime lifetime = new Lifetime("this event is closed");

  NativeEvent(NativeContext context, MemorySegment event) {
    this.context = context;
    this.event = event;
  }

  static NativeEvent of(Device.Event event) {
    if (event instanceof NativeEvent own) {
      return own;
    }
    throw new IllegalArgumentException("this event was not recorded by a device");
  }

  @Override
  public void synchronise() {
    whileOpen(handle -> context.check(context.device().synchroniseEvent(handle)));
  }

  @Override
  public double secondsSince(Device.Event earlier) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment seconds = arena.allocate(ValueLayout.JAVA_DOUBLE);
      of(earlier)
          .whileOpen(
              from -> whileOpen(to -> context.check(context.device().seconds(from, to, seconds))));
      return seconds.get(ValueLayout.JAVA_DOUBLE, 0);
    }
  }

  /** Runs {@code call} with the event, which stays open meanwhile. */
  void whileOpen(Consumer<MemorySegment> call) {
    lifetime.enter();
    try {
      call.accept(event);
    } finally {
      lifetime.leave();
    }
  }

  @Override
  public void close() {
    if (lifetime.close()) {
      context.device().destroyEvent(event);
    }
  }
}
