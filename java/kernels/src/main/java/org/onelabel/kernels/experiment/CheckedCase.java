package org.onelabel.kernels.experiment;

import org.onelabel.kernels.Kernels;

/** One call of a kernel that is held against float64. For one thread at a time. */
public interface CheckedCase {
  /** Makes the call; any number of times, on any kernels. */
  void run(Kernels kernels);

  /**
   * Holds what the last run found against float64. Of many results some thousand are looked at. All
   * arrays have to lie on the host.
   */
  Outcome compare();

  /**
   * How right it is.
   *
   * @param error the largest one, as a multiple of what is allowed; NaN where something is plainly
   *     wrong
   * @param description the case, and what is wrong first
   */
  record Outcome(double error, String description) {
    /** A NaN error is a failure, too. */
    public boolean isRight() {
      return error <= 1;
    }
  }
}
