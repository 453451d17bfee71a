package org.onelabel.cli.console;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * An end of the process that may come while native libraries compute. The virtual machine ends by
 * exit(3), which destroys what libtorch's threads still work on, and they crash; _exit(2) leaves it
 * to the system.
 */
final class ImmediateExit {
  private ImmediateExit() {}

  /**
   * The next exit(3) goes on as _exit(2), with the same code. What was registered last comes first:
   * libraries that are loaded later are not passed over.
   */
  static void prepare() {
    Linker linker = Linker.nativeLinker();
    SymbolLookup system = linker.defaultLookup();
    MethodHandle onExit =
        linker.downcallHandle(
            system.findOrThrow("on_exit"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    try {
      int refused = (int) onExit.invokeExact(system.findOrThrow("_exit"), MemorySegment.NULL);
      if (refused != 0) {
        throw new IllegalStateException("on_exit refuses");
      }
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("on_exit throws nothing", e);
    }
  }
}
