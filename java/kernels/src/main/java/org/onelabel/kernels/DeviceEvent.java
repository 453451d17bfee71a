package org.onelabel.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/** A point in the work of a device, made by {@link Device#record()}. */
public final class DeviceEvent implements AutoCloseable {
  private final NativeKernels kernels;

  /** Calls hold it shared, so that none uses an event that is being destroyed. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  private MemorySegment event;

  DeviceEvent(NativeKernels kernels, MemorySegment event) {
    this.kernels = kernels;
    this.event = event;
  }

  /** Waits, on the host, until the device has come to this point. */
  public void synchronise() {
    whileOpen(handle -> kernels.callFree(kernels.functions().synchroniseEvent(), handle));
  }

  /** Waits for this event, and tells the seconds from {@code earlier} to it on the device. */
  public double secondsSince(DeviceEvent earlier) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment seconds = arena.allocate(ValueLayout.JAVA_DOUBLE);
      earlier.whileOpen(
          from ->
              whileOpen(to -> kernels.callFree(kernels.functions().seconds(), from, to, seconds)));
      return seconds.get(ValueLayout.JAVA_DOUBLE, 0);
    }
  }

  /** Runs {@code call} with the event, which stays open meanwhile. */
  void whileOpen(Consumer<MemorySegment> call) {
    lock.readLock().lock();
    try {
      if (event == null) {
        throw new IllegalStateException("this event is closed");
      }
      call.accept(event);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (event != null) {
        NativeLibrary.invoke(kernels.functions().destroyEvent(), event);
        event = null;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
