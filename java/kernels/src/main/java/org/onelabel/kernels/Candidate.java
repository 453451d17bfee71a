package org.onelabel.kernels;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Kernels of a library that was built against {@code onelabel.h}, in place of the built-in ones of
 * the same name: for experiments. A mistake there can end the process or never return, so it wants
 * a process of its own. The garbage collector never waits for a candidate.
 */
public final class Candidate {
  private final NativeLibrary library;
  private final List<String> kernels;
  private volatile long start;

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
    NativeLibrary builtIn = NativeLibrary.Build.CPU.library();
    NativeLibrary mixed = builtIn.withCandidate(library);
    return new Candidate(mixed, builtIn.replacedBy(mixed));
  }

  /** Names of the kernels that it brings, as {@link Conformance} names them. */
  public List<String> kernels() {
    return kernels;
  }

  /** The CPU implementation with its kernels. */
  public Kernels open(int threads) {
    return new NativeKernels(this, library, threads, false);
  }

  /**
   * The same, every array of a call copied between guard bands. A call that writes beside an output
   * or changes an input is a {@link KernelException} that names the array.
   */
  public Kernels openGuarded(int threads) {
    return new NativeKernels(this, library, threads, true);
  }

  /** How long the call lasts that one thread is making now; zero where there is none. */
  public Duration running() {
    long since = start;
    return since == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }

  void begins() {
    // Zero means that nothing runs.
    start = System.nanoTime() | 1;
  }

  void ends() {
    start = 0;
  }
}
