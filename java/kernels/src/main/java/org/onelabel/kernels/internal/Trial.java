package org.onelabel.kernels.internal;

import java.util.List;

/**
 * Calls in which kernels are a candidate's, that is, not to be trusted.
 *
 * @param kernels the candidate's
 * @param guarded whether every array lies between guard bands
 * @param clock runs while a call does
 */
public record Trial(List<String> kernels, boolean guarded, CallClock clock) {
  public Trial {
    kernels = List.copyOf(kernels);
  }
}
