package org.onelabel.kernels.internal.binding;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * Handles for native functions of a given type. The first argument is the function's address, so
 * that handles are constants, which are compiled into their callers.
 */
final class Downcall {
  private static final long LONGEST_TEXT = 4096;

  private Downcall() {}

  /** What returns a status or another int. */
  static FunctionDescriptor status(MemoryLayout... arguments) {
    return FunctionDescriptor.of(JAVA_INT, arguments);
  }

  static MethodHandle of(FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(descriptor);
  }

  /** A handle whose first argument says whether the call is a critical one. */
  static MethodHandle pinnable(FunctionDescriptor descriptor) {
    MethodHandle critical =
        Linker.nativeLinker().downcallHandle(descriptor, Linker.Option.critical(true));
    return MethodHandles.guardWithTest(
        MethodHandles.identity(boolean.class),
        MethodHandles.dropArguments(critical, 0, boolean.class),
        MethodHandles.dropArguments(of(descriptor), 0, boolean.class));
  }

  /** The one place where the bindings' undeclared throwables end. */
  static RuntimeException failed(Throwable e) {
    return switch (e) {
      case RuntimeException mistake -> mistake;
      case Error error -> throw error;
      default -> new IllegalStateException("the call failed", e);
    };
  }

  /** A C string of less than 4096 bytes; empty where there is none. */
  static String text(MemorySegment address) {
    return address.address() == 0 ? "" : address.reinterpret(LONGEST_TEXT).getString(0);
  }
}
