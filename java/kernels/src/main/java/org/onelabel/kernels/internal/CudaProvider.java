package org.onelabel.kernels.internal;

import java.util.List;
import java.util.Optional;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.KernelsProvider;
import org.onelabel.kernels.internal.binding.LibraryFile;

/** Opens the kernels for NVIDIA's devices. */
public final class CudaProvider implements KernelsProvider {
  public CudaProvider() {}

  @Override
  public Kernels.Implementation implementation() {
    return Kernels.Implementation.CUDA;
  }

  @Override
  public Optional<String> absence() {
    return LibraryFile.hasDriver()
        ? Optional.empty()
        : Optional.of("this machine has no NVIDIA driver");
  }

  @Override
  public Kernels open(int threads, Optional<String> variant) {
    return NativeKernels.open(implementation(), LibraryFile.CUDA.load(), threads, variant);
  }

  @Override
  public List<String> variants() {
    return List.of();
  }
}
