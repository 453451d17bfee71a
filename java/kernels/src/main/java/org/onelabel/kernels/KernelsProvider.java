package org.onelabel.kernels;

import java.util.List;
import java.util.Optional;

/**
 * Opens one implementation. {@link Kernels} finds providers by {@link java.util.ServiceLoader}; all
 * of them are this library's own.
 */
public interface KernelsProvider {
  /** What it opens. */
  Kernels.Implementation implementation();

  /**
   * Why there is nothing to open: this machine, or what was installed, lacks it. Empty where
   * opening may be tried; what fails then is a fault that is not passed over.
   */
  Optional<String> absence();

  /**
   * Opens it; the caller closes it.
   *
   * @param threads 0 for as many as the process may use
   * @param variant one of {@link #variants()}; of CUDA, devices
   * @throws KernelException where it is not available, saying why
   */
  Kernels open(int threads, Optional<String> variant);

  /**
   * The instruction sets there are to choose from, the best first; none where there is no choice.
   */
  List<String> variants();
}
