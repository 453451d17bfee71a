package org.onelabel.kernels.experiment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.internal.CallClock;
import org.onelabel.kernels.internal.NativeKernels;
import org.onelabel.kernels.internal.Trial;
import org.onelabel.kernels.internal.binding.LibraryFile;
import org.onelabel.kernels.internal.binding.NativeLibrary;

/**
 * Kernels of a library that was built against {@code onelabel.h}, in place of the built-in ones of
 * the same name: for experiments. A mistake there can end the process or never return, so it wants
 * a process of its own. The garbage collector never waits for a candidate.
 */
public final class Candidate {
  private final NativeLibrary library;
  private final List<String> kernels;
  private final CallClock clock = new CallClock();

  private Candidate(NativeLibrary library, List<String> kernels) {
    this.library = library;
    this.kernels = kernels;
  }

  /**
   * Loads {@code library} for the life of the process; its static initialisers run.
   *
   * @throws KernelException where it cannot be loaded
   */
  public static Candidate load(Path library) {
    NativeLibrary builtIn = LibraryFile.CPU.load();
    NativeLibrary mixed = builtIn.withCandidate(library);
    return new Candidate(mixed, builtIn.replacedBy(mixed));
  }

  /** Where {@code onelabel.h} lies after it is unpacked, for compiling candidates. */
  public static Path header() {
    return LibraryFile.header();
  }

  /** The shared library of the built-in kernels, for linking candidates. */
  public static Path builtIn() {
    return LibraryFile.CPU.locate();
  }

  /** Names of the kernels that it brings, as {@link Conformance} names them. */
  public List<String> kernels() {
    return kernels;
  }

  /** The CPU implementation with its kernels. */
  public Kernels open(int threads) {
    return NativeKernels.open(library, threads, new Trial(kernels, false, clock));
  }

  /**
   * The same, every array of a call copied between guard bands. A call that writes beside an output
   * or changes an input is a {@link KernelException} that names the array.
   */
  public Kernels openGuarded(int threads) {
    return NativeKernels.open(library, threads, new Trial(kernels, true, clock));
  }

  /** How long the call lasts that one thread is making now; zero where there is none. */
  public Duration running() {
    return clock.running();
  }
}
