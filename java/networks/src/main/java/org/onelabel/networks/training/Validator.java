package org.onelabel.networks.training;

import org.onelabel.networks.inference.Specialist;

/** Measures the teacher now and then, and at the end. */
@FunctionalInterface
public interface Validator {
  /**
   * What the teacher is worth.
   *
   * @param iteration steps that it has learnt for
   * @param teacher open during the call alone
   */
  Validation validate(int iteration, Specialist teacher);
}
