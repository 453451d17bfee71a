package org.onelabel.networks.contrast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.TrainingCase;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.weights.Tensor;

class DenseContrastTest {
  private static final Architecture SMALL = new Architecture(1, false, 8, 4);

  private static Map<String, Tensor> train(int iterations, List<Double> losses) {
    DenseContrast.Settings settings =
        new DenseContrast.Settings(new int[] {16, 16, 16}, 4, iterations, 64, 0.1, 0.005);
    return new DenseContrast(SMALL, settings, 3, ComputeDevice.cpu())
        .train(List.of(TrainingCase.ball(1).withLabel(null, null)), (_, loss) -> losses.add(loss));
  }

  @Test
  void placesBecomeTellable() {
    List<Double> losses = new ArrayList<>();
    train(40, losses);
    double first = losses.subList(0, 5).stream().mapToDouble(l -> l).average().orElseThrow();
    double last = losses.subList(35, 40).stream().mapToDouble(l -> l).average().orElseThrow();
    assertTrue(last < 0.8 * first, "the loss went from " + first + " to " + last);
  }

  @Test
  void sameSeedGivesTheSameWeights() {
    List<Double> losses = new ArrayList<>();
    List<Double> again = new ArrayList<>();
    TrainingCase.assertSameWeights(train(3, losses), train(3, again));
    assertEquals(3, losses.size());
    assertEquals(losses, again);
  }
}
