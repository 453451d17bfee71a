package org.onelabel.kernels.internal.reference;

import java.util.List;
import java.util.Optional;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.KernelsProvider;

/** Opens the kernels in plain Java, which is always there. */
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
    if (threads < 0) {
      throw new IllegalArgumentException("threads are 0 or more: " + threads);
    }
    return new ReferenceKernels(
        threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
  }

  @Override
  public List<String> variants() {
    return List.of();
  }
}
