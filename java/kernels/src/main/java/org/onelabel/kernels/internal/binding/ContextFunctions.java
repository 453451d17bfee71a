package org.onelabel.kernels.internal.binding;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** What {@code onelabel.h} has beside the kernels, one typed method a function. */
public final class ContextFunctions {
  private static final MethodHandle ABI_VERSION = Downcall.of(Downcall.status());
  private static final MethodHandle TEXT = Downcall.of(FunctionDescriptor.of(ADDRESS));
  private static final MethodHandle CREATE =
      Downcall.of(Downcall.status(JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle SHARE = Downcall.of(Downcall.status(ADDRESS, ADDRESS));
  private static final MethodHandle CANCEL = Downcall.of(FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle DESTROY = Downcall.of(FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle ISA = Downcall.of(FunctionDescriptor.of(ADDRESS, ADDRESS));
  private static final MethodHandle THREADS = Downcall.of(Downcall.status(ADDRESS));
  private static final MethodHandle MEASURE_BOUNDS =
      Downcall.of(Downcall.status(ADDRESS, ADDRESS, ADDRESS, ADDRESS));

  private final MemorySegment abiVersion;
  private final MemorySegment lastError;
  private final MemorySegment create;
  private final MemorySegment share;
  private final MemorySegment cancel;
  private final MemorySegment destroy;
  private final MemorySegment isas;
  private final MemorySegment isa;
  private final MemorySegment threads;
  private final MemorySegment measureBounds;

  ContextFunctions(Symbols symbols) {
    abiVersion = symbols.find("onelabel_abi_version");
    lastError = symbols.find("onelabel_last_error");
    create = symbols.find("onelabel_context_create_for");
    share = symbols.find("onelabel_context_share");
    cancel = symbols.find("onelabel_context_cancel");
    destroy = symbols.find("onelabel_context_destroy");
    isas = symbols.find("onelabel_isas");
    isa = symbols.find("onelabel_isa");
    threads = symbols.find("onelabel_threads");
    measureBounds = symbols.find("onelabel_measure_bounds");
  }

  int abiVersion() {
    try {
      return (int) ABI_VERSION.invokeExact(abiVersion);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** Why the last call of this thread failed. */
  public String lastError() {
    return text(lastError);
  }

  /** The instruction sets there are, separated by commas. */
  String isas() {
    return text(isas);
  }

  private static String text(MemorySegment function) {
    try {
      return Downcall.text((MemorySegment) TEXT.invokeExact(function));
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_context_create_for}. */
  public int create(int count, MemorySegment instructionSet, MemorySegment context) {
    try {
      return (int) CREATE.invokeExact(create, count, instructionSet, context);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_context_share}. */
  public int share(MemorySegment context, MemorySegment shared) {
    try {
      return (int) SHARE.invokeExact(share, context, shared);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_context_cancel}. */
  public void cancel(MemorySegment context) {
    try {
      CANCEL.invokeExact(cancel, context);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_context_destroy}. */
  public void destroy(MemorySegment context) {
    try {
      DESTROY.invokeExact(destroy, context);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_isa}. */
  public String isa(MemorySegment context) {
    try {
      return Downcall.text((MemorySegment) ISA.invokeExact(isa, context));
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_threads}. */
  public int threads(MemorySegment context) {
    try {
      return (int) THREADS.invokeExact(threads, context);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_measure_bounds}. */
  public int measureBounds(
      MemorySegment context,
      MemorySegment floatOperations,
      MemorySegment filterOperations,
      MemorySegment readBytes) {
    try {
      return (int)
          MEASURE_BOUNDS.invokeExact(
              measureBounds, context, floatOperations, filterOperations, readBytes);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }
}
