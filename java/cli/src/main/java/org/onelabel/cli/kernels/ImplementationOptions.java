package org.onelabel.cli.kernels;

import java.util.Optional;
import org.onelabel.kernels.Kernels;
import picocli.CommandLine.Option;

/** Which kernels a command opens. */
final class ImplementationOptions {
  @Option(
      names = "--implementation",
      defaultValue = "cpu",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Kernels.Implementation implementation;

  @Option(
      names = "--isa",
      description = "An instruction set of the cpu implementation; see kernels list.")
  private Optional<String> isa;

  /** Opens them. */
  Kernels open(int threads) {
    return RequestedKernels.open(implementation, isa, threads);
  }
}
