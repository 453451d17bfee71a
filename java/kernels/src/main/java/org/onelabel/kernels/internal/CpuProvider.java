package org.onelabel.kernels.internal;

import java.util.List;
import java.util.Optional;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.KernelsProvider;
import org.onelabel.kernels.internal.binding.LibraryFile;

/** Opens the kernels for this machine's processor. */
public final class CpuProvider implements KernelsProvider {
  public CpuProvider() {}

  @Override
  public Kernels.Implementation implementation() {
    return Kernels.Implementation.CPU;
  }

  @Override
  public Optional<String> absence() {
    return LibraryFile.CPU.isPresent()
        ? Optional.empty()
        : Optional.of("the class path has no kernels for " + LibraryFile.platform());
  }

  @Override
  public Kernels open(int threads, Optional<String> variant) {
    return NativeKernels.open(implementation(), LibraryFile.CPU.load(), threads, variant);
  }

  @Override
  public List<String> variants() {
    return LibraryFile.CPU.load().instructionSets();
  }
}
