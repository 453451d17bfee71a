package org.onelabel.kernels.internal.binding;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions of {@code onelabel_cuda.h}, one typed method each. */
public final class DeviceFunctions {
  private static final MethodHandle ALLOCATE =
      Downcall.of(Downcall.status(ADDRESS, JAVA_LONG, ADDRESS));
  private static final MethodHandle COPY =
      Downcall.of(Downcall.status(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle STATUS_OF_1 = Downcall.of(Downcall.status(ADDRESS));
  private static final MethodHandle STATUS_OF_2 = Downcall.of(Downcall.status(ADDRESS, ADDRESS));
  private static final MethodHandle SECONDS =
      Downcall.of(Downcall.status(ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle POINTER = Downcall.of(FunctionDescriptor.of(ADDRESS, ADDRESS));
  private static final MethodHandle DESTROY = Downcall.of(FunctionDescriptor.ofVoid(ADDRESS));

  private final MemorySegment allocate;
  private final MemorySegment free;
  private final MemorySegment copy;
  private final MemorySegment synchronise;
  private final MemorySegment stream;
  private final MemorySegment name;
  private final MemorySegment record;
  private final MemorySegment await;
  private final MemorySegment synchroniseEvent;
  private final MemorySegment seconds;
  private final MemorySegment destroyEvent;

  DeviceFunctions(Symbols symbols) {
    allocate = symbols.find("onelabel_device_allocate");
    free = symbols.find("onelabel_device_free");
    copy = symbols.find("onelabel_device_copy");
    synchronise = symbols.find("onelabel_synchronise");
    stream = symbols.find("onelabel_stream");
    name = symbols.find("onelabel_device_name");
    record = symbols.find("onelabel_event_record");
    await = symbols.find("onelabel_event_wait");
    synchroniseEvent = symbols.find("onelabel_event_synchronise");
    seconds = symbols.find("onelabel_event_seconds");
    destroyEvent = symbols.find("onelabel_event_destroy");
  }

  /** {@code onelabel_device_allocate}. */
  public int allocate(MemorySegment context, long bytes, MemorySegment out) {
    try {
      return (int) ALLOCATE.invokeExact(allocate, context, bytes, out);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_device_copy}. */
  public int copy(MemorySegment context, MemorySegment to, MemorySegment from, long bytes) {
    try {
      return (int) COPY.invokeExact(copy, context, to, from, bytes);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_device_free}. */
  public int free(MemorySegment context, MemorySegment memory) {
    return status(free, context, memory);
  }

  /** {@code onelabel_synchronise}. */
  public int synchronise(MemorySegment context) {
    return status(synchronise, context);
  }

  /** {@code onelabel_event_record}. */
  public int record(MemorySegment context, MemorySegment out) {
    return status(record, context, out);
  }

  /** {@code onelabel_event_wait}. */
  public int await(MemorySegment context, MemorySegment event) {
    return status(await, context, event);
  }

  /** {@code onelabel_event_synchronise}. */
  public int synchroniseEvent(MemorySegment event) {
    return status(synchroniseEvent, event);
  }

  /** {@code onelabel_event_seconds}. */
  public int seconds(MemorySegment from, MemorySegment to, MemorySegment out) {
    try {
      return (int) SECONDS.invokeExact(seconds, from, to, out);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_event_destroy}. */
  public void destroyEvent(MemorySegment event) {
    try {
      DESTROY.invokeExact(destroyEvent, event);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_stream}. */
  public long stream(MemorySegment context) {
    return pointer(stream, context).address();
  }

  /** {@code onelabel_device_name}. */
  public String name(MemorySegment context) {
    return Downcall.text(pointer(name, context));
  }

  private static int status(MemorySegment function, MemorySegment a) {
    try {
      return (int) STATUS_OF_1.invokeExact(function, a);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  private static int status(MemorySegment function, MemorySegment a, MemorySegment b) {
    try {
      return (int) STATUS_OF_2.invokeExact(function, a, b);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  private static MemorySegment pointer(MemorySegment function, MemorySegment a) {
    try {
      return (MemorySegment) POINTER.invokeExact(function, a);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }
}
