package org.onelabel.pipeline.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvidenceTest {
  private static final Optional<byte[]> ALONE = Optional.empty();

  private static float[][] probabilities(float... structure) {
    float[] background = structure.clone();
    for (int i = 0; i < background.length; i++) {
      background[i] = 1 - structure[i];
    }
    return new float[][] {background, structure};
  }

  @Test
  void aNetworkThatIsSureExpectsToBeRight() {
    List<Evidence> sure = Evidence.of(probabilities(1, 1, 0, 0), new byte[] {1, 1, 0, 0}, ALONE);
    assertEquals(1, sure.getFirst().expected(), 1e-12);
    assertTrue(Double.isNaN(sure.getFirst().agreement()));
  }

  @Test
  void expectedIsTheSoftDiceOfLabelsAndProbabilities() {
    Evidence evidence =
        Evidence.of(probabilities(0.9f, 0.6f, 0.3f, 0.2f), new byte[] {1, 1, 0, 0}, ALONE)
            .getFirst();
    assertEquals(2 * 1.5 / (2 + 2.0), evidence.expected(), 1e-6);
  }

  @Test
  void whatAFilterTookAwayDoesNotCount() {
    Evidence evidence =
        Evidence.of(probabilities(0.9f, 0.9f, 0.1f, 0.8f), new byte[] {1, 1, 0, 0}, ALONE)
            .getFirst();
    assertEquals(2 * 1.8 / (2 + 1.9), evidence.expected(), 1e-6);
  }

  @Test
  void agreementIsTheDiceWithThePropagation() {
    Evidence evidence =
        Evidence.of(
                probabilities(1, 1, 1, 0),
                new byte[] {1, 1, 1, 0},
                Optional.of(new byte[] {1, 0, 0, 0}))
            .getFirst();
    assertEquals(0.5, evidence.agreement(), 1e-12);
  }

  @Test
  void aPropagationThatFindsNothingDoesNotAgree() {
    Evidence evidence =
        Evidence.of(probabilities(1, 1, 0, 0), new byte[] {1, 1, 0, 0}, Optional.of(new byte[4]))
            .getFirst();
    assertEquals(0, evidence.agreement());
    assertTrue(DiceEstimate.of(evidence) < 0.5);
  }

  @Test
  void aStructureThatIsNowhereHasNoEvidence() {
    Evidence evidence =
        Evidence.of(probabilities(0.1f, 0, 0, 0), new byte[4], Optional.of(new byte[4])).getFirst();
    assertTrue(Double.isNaN(evidence.expected()));
    assertTrue(Double.isNaN(evidence.agreement()));
    assertTrue(Double.isNaN(DiceEstimate.of(evidence)));
  }

  @Test
  void aStructureThatOnlyThePropagationFindsIsEstimatedAsMissed() {
    Evidence evidence =
        Evidence.of(probabilities(0.1f, 0, 0, 0), new byte[4], Optional.of(new byte[] {1, 0, 0, 0}))
            .getFirst();
    assertEquals(0, DiceEstimate.of(evidence));
  }
}
