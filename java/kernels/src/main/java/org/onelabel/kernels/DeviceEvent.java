package org.onelabel.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/**
 * A point in the work of a device, made by {@link Device#record()}. Closing waits for the calls
 * that use it, and later ones are refused.
 */
public final class DeviceEvent implements AutoCloseable {
  private final NativeKernels kernels;
  private final MemorySegment event;
  private final Lifetime lifetime = new Lifetime("this event is closed");

  DeviceEvent(NativeKernels kernels, MemorySegment event) {
    this.kernels = kernels;
    this.event = event;
  }

  /** Waits, on the host, until the device has come to this point. */
  public void synchronise() {
    whileOpen(
        handle -> kernels.check(Downcalls.integer(kernels.functions().synchroniseEvent(), handle)));
  }

  /** Waits for this event, and tells the seconds from {@code earlier} to it on the device. */
  public double secondsSince(DeviceEvent earlier) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment seconds = arena.allocate(ValueLayout.JAVA_DOUBLE);
      earlier.whileOpen(
          from ->
              whileOpen(
                  to ->
                      kernels.check(
                          Downcalls.integer(kernels.functions().seconds(), from, to, seconds))));
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
      Downcalls.nothing(kernels.functions().destroyEvent(), event);
    }
  }
}
