package org.onelabel.pipeline.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FencesTest {
  // The logarithms to base 2 are 0, 1, 2, 3, 4: the quartiles 1 and 3, the fences −2 and 6.
  private static final List<Double> SIZES = List.of(8.0, 1.0, 16.0, 2.0, 4.0);

  @Test
  void theFencesOfAHandComputedCase() {
    Fences fences = Fences.of(SIZES);
    assertEquals(0.25, fences.low(), 1e-12);
    assertEquals(64, fences.high(), 1e-9);
    assertEquals(Optional.of("small"), fences.mark(0.2499));
    assertEquals(Optional.empty(), fences.mark(0.2501));
    assertEquals(Optional.empty(), fences.mark(63.99));
    assertEquals(Optional.of("large"), fences.mark(64.01));
  }

  @Test
  void quartilesLieBetweenTheSizesAsNumPyHasThem() {
    // numpy.percentile(numpy.log([1, 3, 4, 7, 9, 20]), [25, 75]): 1.17053281, 2.13439597.
    Fences fences = Fences.of(List.of(1.0, 3.0, 4.0, 7.0, 9.0, 20.0));
    assertEquals(0.7593732, fences.low(), 1e-6);
    assertEquals(35.880383, fences.high(), 1e-5);
  }

  @Test
  void whatIsMissingIsMarkedAndChangesNoFence() {
    List<Double> sizes = List.of(0.0, 8.0, 1.0, 0.0, 16.0, 2.0, 0.0, 4.0);
    assertEquals(Fences.of(SIZES), Fences.of(sizes));
    assertEquals(Optional.of("missing"), Fences.of(sizes).mark(0));
  }

  @Test
  void ofFewSizesNothingIsUnusualButWhatIsMissing() {
    Fences fences = Fences.of(List.of(1.0, 1.0, 1.0, 1.0, 0.0));
    assertFalse(fences.areKnown());
    assertEquals(Optional.empty(), fences.mark(1000));
    assertEquals(Optional.of("missing"), fences.mark(0));
  }
}
