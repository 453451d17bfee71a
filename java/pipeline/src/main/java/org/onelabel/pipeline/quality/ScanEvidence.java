package org.onelabel.pipeline.quality;

import java.util.List;

/**
 * The evidence of one scan; the content of {@code evidence/ID.json}.
 *
 * @param structures that of structures 1, 2, …
 */
public record ScanEvidence(List<Evidence> structures) {
  public ScanEvidence {
    structures = List.copyOf(structures);
  }

  /**
   * The Dice that the labels of each structure probably have, 0…1; NaN where neither network nor
   * propagation has it.
   */
  public List<Double> dice() {
    return structures.stream().map(DiceEstimate::of).toList();
  }
}
