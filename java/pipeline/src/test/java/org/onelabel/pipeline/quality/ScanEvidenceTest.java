package org.onelabel.pipeline.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScanEvidenceTest {
  private static ScanEvidence of(byte[] labels, byte[] propagated) {
    return ScanEvidence.of(labels, Optional.of(propagated), 3);
  }

  @Test
  void agreementIsTheDiceWithThePropagation() {
    assertEquals(
        List.of(0.5, 1.0), of(new byte[] {1, 1, 1, 2, 0}, new byte[] {1, 0, 0, 2, 0}).agreement());
  }

  @Test
  void aPropagationThatFindsNothingDoesNotAgree() {
    ScanEvidence evidence = of(new byte[] {1, 1, 2, 0}, new byte[4]);
    assertEquals(List.of(0.0, 0.0), evidence.agreement());
    assertTrue(evidence.dice().getFirst() < 0.5);
  }

  @Test
  void aStructureThatOnlyThePropagationFindsIsDoubted() {
    assertTrue(of(new byte[4], new byte[] {1, 2, 0, 0}).dice().getFirst() < 0.5);
  }

  @Test
  void aStructureThatIsNowhereHasNoEstimate() {
    assertEquals(List.of(Double.NaN, Double.NaN), of(new byte[4], new byte[4]).dice());
  }

  @Test
  void aNetworkAloneHasNoEstimate() {
    assertEquals(
        List.of(Double.NaN, Double.NaN),
        ScanEvidence.of(new byte[] {1, 2}, Optional.empty(), 3).dice());
  }
}
