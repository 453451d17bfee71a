package org.onelabel.networks.training;

import java.util.List;

/**
 * What a teacher is worth.
 *
 * @param score the higher the better, NaN for none
 * @param lost classes that the teacher no longer finds: it has collapsed there
 */
public record Validation(double score, List<Integer> lost) {
  /** Nothing is known. */
  public static final Validation NONE = new Validation(Double.NaN, List.of());

  public Validation {
    lost = List.copyOf(lost);
  }

  /** Whether a later teacher is preferred to an earlier one: the fewest lost, then the score. */
  boolean isAsGoodAs(Validation earlier) {
    if (lost.size() != earlier.lost.size()) {
      return lost.size() < earlier.lost.size();
    }
    return Double.isNaN(earlier.score) || score >= earlier.score;
  }
}
