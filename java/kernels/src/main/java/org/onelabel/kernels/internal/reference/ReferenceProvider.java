package org.onelabel.kernels.internal.reference;

import java.util.List;
import java.util.Optional;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.KernelsProvider;

/** Opens the plain Java reference, which is always there. */
public final class ReferenceProvider implements KernelsProvider {
  public ReferenceProvider() {}

  @Override
  public Kernels.Implementation implementation() {
    return Kernels.Implementation.REFERENCE;
  }

  @Override
  public Optional<String> absence() {
    return Optional.empty();
  }

  @Override
  public Kernels open(int threads, Optional<String> variant) {
    return new ReferenceKernels();
  }

  @Override
  public List<String> variants() {
    return List.of();
  }
}
