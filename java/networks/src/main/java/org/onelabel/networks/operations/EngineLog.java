package org.onelabel.networks.operations;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;

/** Keeps PyTorch's own warnings, which are about its binding and not about us, off the console. */
public final class EngineLog {
  private static final String LEVEL = "FLAGS_caffe2_log_level";
  private static final int ERRORS_ONLY = 2;

  private EngineLog() {}

  /**
   * Effective once the engine's libraries are loaded; does nothing where they have no such flag.
   */
  public static void quieten() {
    SymbolLookup.loaderLookup()
        .find(LEVEL)
        .map(MemorySegment::address)
        .map(address -> MemorySegment.ofAddress(address).reinterpret(Integer.BYTES))
        .ifPresent(flag -> flag.set(ValueLayout.JAVA_INT, 0, ERRORS_ONLY));
  }
}
