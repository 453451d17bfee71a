package org.onelabel.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A point in the work of a device, made by {@link Device#record()}. */
public final class DeviceEvent implements AutoCloseable {
  private final NativeKernels kernels;
  private MemorySegment event;

  DeviceEvent(NativeKernels kernels, MemorySegment event) {
    this.kernels = kernels;
    this.event = event;
  }

  synchronized MemorySegment handle() {
    if (event == null) {
      throw new IllegalStateException("this event is closed");
    }
    return event;
  }

  /** Waits, on the host, until the device has come to this point. */
  public void synchronise() {
    kernels.callFree(kernels.functions().synchroniseEvent(), handle());
  }

  /** Waits for this event, and tells the seconds from {@code earlier} to it on the device. */
  public double secondsSince(DeviceEvent earlier) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment seconds = arena.allocate(ValueLayout.JAVA_DOUBLE);
      kernels.callFree(kernels.functions().seconds(), earlier.handle(), handle(), seconds);
      return seconds.get(ValueLayout.JAVA_DOUBLE, 0);
    }
  }

  @Override
  public synchronized void close() {
    if (event != null) {
      NativeLibrary.invoke(kernels.functions().destroyEvent(), event);
      event = null;
    }
  }
}
