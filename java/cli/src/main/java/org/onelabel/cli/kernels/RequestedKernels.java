package org.onelabel.cli.kernels;

import java.util.Optional;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.volumes.InputException;

/** Kernels as options ask for them. */
final class RequestedKernels {
  private RequestedKernels() {}

  /** Opens what the user asked for. */
  static Kernels open(Kernels.Implementation implementation, Optional<String> isa, int threads) {
    if (threads < 0 || threads > 1024) {
      throw new InputException("--threads is 0 (as many as may be used) to 1024, not " + threads);
    }
    if (isa.isPresent() && implementation != Kernels.Implementation.CPU) {
      throw new InputException("--isa is for the cpu implementation");
    }
    try {
      return isa.isEmpty()
          ? Kernels.open(implementation, threads)
          : Kernels.open(threads, isa.get());
    } catch (KernelException | IllegalArgumentException e) {
      throw new InputException("%s: %s".formatted(implementation, e.getMessage()));
    }
  }
}
