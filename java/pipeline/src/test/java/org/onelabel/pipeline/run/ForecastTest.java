package org.onelabel.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ForecastTest {
  private static final Forecast.Costs COSTS = new Forecast.Costs(2, 0.5, 1.5, 0.25);

  @Test
  void piecesOfWorkAreCountedByWhatOneTakes() {
    Forecast forecast = Forecast.of(COSTS, new Forecast.Work(40, 41, 600, 120, 800, 2));
    assertEquals(80, forecast.registration());
    assertEquals(20.5, forecast.features());
    assertEquals(930, forecast.training());
    assertEquals(1860, forecast.extensions());
    assertEquals(200, forecast.prediction());
  }

  @Test
  void theWholeAndItsLongPartsAreNamed() {
    assertEquals(
        "this takes about 21 min: registration 80 s, training 16 min, prediction 3 min; up to 52"
            + " min where trainings need more steps",
        Forecast.of(COSTS, new Forecast.Work(40, 41, 600, 120, 800, 2)).toString());
  }

  @Test
  void aRunOfHoursIsToldInHours() {
    assertEquals(
        "this takes about 4.2 h: training 4.2 h",
        Forecast.of(COSTS, new Forecast.Work(0, 0, 10_000, 0, 0, 0)).toString());
  }

  @Test
  void shortPartsAreNotNamed() {
    assertEquals(
        "this takes about 61 s: registration 60 s",
        Forecast.of(COSTS, new Forecast.Work(30, 2, 0, 0, 0, 1)).toString());
  }
}
