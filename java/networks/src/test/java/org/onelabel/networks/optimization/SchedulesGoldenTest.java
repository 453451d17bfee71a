package org.onelabel.networks.optimization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.weights.Safetensors;

class SchedulesGoldenTest {

  @Test
  void everyScheduleIsThePublishedOne() {
    Safetensors golden = GoldenCase.open("schedules");
    long most = GoldenCase.setting(golden, "max_iterations");
    double rate = Double.parseDouble(golden.metadata().get("base_lr"));
    double consistency = Double.parseDouble(golden.metadata().get("consistency"));
    double rampUp = GoldenCase.setting(golden, "rampup");
    check(golden, "consistency_weight", it -> Schedules.consistencyWeight(it, consistency, rampUp));
    check(golden, "uamt_threshold", it -> Schedules.uncertaintyThreshold(it, most));
    check(golden, "learning_rate", it -> Schedules.learningRate(it, most, rate));
    check(golden, "pseudo_weight", it -> Schedules.pseudoWeight(it, most));
    check(golden, "ema_decay", it -> Schedules.averageDecay(it, 0.99));
  }

  private static void check(Safetensors golden, String name, LongToDoubleFunction schedule) {
    double[] iterations = golden.get("iteration").doubles();
    double[] expected = golden.get(name).doubles();
    assertTrue(expected.length > 0, name);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          expected[i],
          schedule.applyAsDouble((long) iterations[i]),
          1e-9,
          name + " at " + iterations[i]);
    }
  }
}
