package org.onelabel.pipeline.prediction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class LocationPriorTest {
  private static final double[] FIRST = {0.25, 0.5, 0.75};
  private static final double[] SECOND = {0.35, 0.5, 0.25};

  @Test
  void deviationsAreThoseOfTheMiddlesAndOfTwoUsualOnes() {
    LocationPrior prior = LocationPrior.of(List.of(FIRST, SECOND));
    assertArrayEquals(new double[] {0.3, 0.5, 0.5}, prior.mean(), 1e-12);
    // Another one differs from the mean of two by half a variance more.
    assertEquals(Math.sqrt(1.5 * (2 * 0.05 * 0.05 + 2 * 0.01) / 3), prior.deviation()[0], 1e-12);
    assertEquals(Math.sqrt(1.5 * 2 * 0.01 / 3), prior.deviation()[1], 1e-12);
    assertEquals(Math.sqrt(1.5 * (2 * 0.25 * 0.25 + 2 * 0.01) / 3), prior.deviation()[2], 1e-12);
  }

  @Test
  void anotherDiffersFromOneAloneAsTwoDoFromEachOther() {
    double both = 0.1 * Math.sqrt(2);
    assertArrayEquals(
        new double[] {both, both, both}, LocationPrior.of(List.of(FIRST)).deviation(), 1e-12);
  }

  @Test
  void theMeanCountsFullyAndNoPlaceForNothing() {
    LocationPrior prior = LocationPrior.of(List.of(FIRST));
    assertEquals(1, prior.at(FIRST), 1e-12);
    assertEquals(
        0.1 + 0.9 * Math.exp(-0.5),
        prior.at(new double[] {0.25 + 0.1 * Math.sqrt(2), 0.5, 0.75}),
        1e-12);
    assertEquals(0.1, prior.at(new double[] {0.25, 0.5, 0}), 1e-6);
  }

  @Test
  void everyPlaceCountsAlikeWhereNothingIsKnown() {
    assertEquals(1, LocationPrior.of(List.of()).at(FIRST));
    assertEquals(1, LocationPrior.UNKNOWN.at(SECOND));
  }

  @Test
  void whatIsNoLocationIsRefused() {
    double[] none = {0.1, 0, 0.1};
    double[] two = {0.5, 0.5};
    assertThrows(IllegalArgumentException.class, () -> new LocationPrior(two, FIRST));
    assertThrows(IllegalArgumentException.class, () -> new LocationPrior(FIRST, two));
    assertThrows(IllegalArgumentException.class, () -> new LocationPrior(FIRST, none));
  }
}
