package org.onelabel.kernels.internal.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import org.onelabel.kernels.KernelException;

/** The functions of a loaded library by name, for the life of the process. */
record Symbols(SymbolLookup lookup) {

  /**
   * Loads a library.
   *
   * @throws KernelException where it cannot be loaded, saying why
   */
  static Symbols load(Path file) {
    try {
      return new Symbols(SymbolLookup.libraryLookup(file, Arena.global()));
    } catch (IllegalArgumentException e) {
      throw new KernelException(file + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  boolean has(String name) {
    return lookup.find(name).isPresent();
  }

  MemorySegment find(String name) {
    return lookup
        .find(name)
        .orElseThrow(() -> new KernelException("the library has no function " + name));
  }
}
