package org.onelabel.pipeline.quality;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.onelabel.pipeline.metrics.Metrics;

/**
 * What tells, without a truth, how good the labels of a scan are; the content of {@code
 * evidence/ID.json}.
 *
 * @param agreement of network and propagation, before they are joined: the Dice of their labels for
 *     structures 1, 2, …; NaN where there is no propagation, or neither has the structure
 */
public record ScanEvidence(List<Double> agreement) {
  public ScanEvidence {
    agreement = List.copyOf(agreement);
  }

  /**
   * The evidence of a network's labels.
   *
   * @param propagated what the propagation says, where it is asked
   * @param classes background included
   */
  public static ScanEvidence of(byte[] labels, Optional<byte[]> propagated, int classes) {
    return new ScanEvidence(
        IntStream.range(1, classes)
            .mapToObj(
                c -> propagated.map(other -> Metrics.dice(labels, other, c)).orElse(Double.NaN))
            .toList());
  }

  /** The Dice that the labels of each structure probably have, 0…1; NaN without an agreement. */
  public List<Double> dice() {
    return agreement.stream().map(DiceEstimate::of).toList();
  }
}
