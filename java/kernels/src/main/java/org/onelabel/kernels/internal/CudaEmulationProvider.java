package org.onelabel.kernels.internal;

import java.util.List;
import java.util.Optional;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.KernelsProvider;
import org.onelabel.kernels.internal.binding.LibraryFile;

/** Opens the CUDA kernels on this machine's processor, in a build of the repository. */
public final class CudaEmulationProvider implements KernelsProvider {
  public CudaEmulationProvider() {}

  @Override
  public Kernels.Implementation implementation() {
    return Kernels.Implementation.CUDA_EMULATION;
  }

  @Override
  public Optional<String> absence() {
    return LibraryFile.CUDA_EMULATION.isPresent()
        ? Optional.empty()
        : Optional.of(
            "the emulation is test code and in no jar: build the repository and let"
                + " ONELABEL_CUDA_EMULATION_LIBRARY name"
                + " java/kernels/target/native/cuda/libonelabel-cuda-emulation.so");
  }

  @Override
  public Kernels open(int threads, Optional<String> variant) {
    Optional<String> absence = absence();
    if (absence.isPresent()) {
      throw new KernelException(absence.get());
    }
    return NativeKernels.open(
        implementation(), LibraryFile.CUDA_EMULATION.load(), threads, variant);
  }

  @Override
  public List<String> variants() {
    return List.of();
  }
}
