package org.onelabel.pipeline.prediction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.volumes.grid.Extent;

class PredictionTest {

  /** Every measure of uncertainty hears the same: the network, not what its components became. */
  @Test
  void whatTheNetworkSaidOfAComponentThatIsDroppedStays() {
    float[] structure = {0.9f, 0.9f, 0.9f, 0.1f, 0.6f, 0.1f};
    float[] background = new float[structure.length];
    for (int i = 0; i < structure.length; i++) {
      background[i] = 1 - structure[i];
    }
    int[] shape = {1, 1, structure.length};
    SlidingWindow.Padded said =
        new SlidingWindow.Padded(
            new float[][] {background.clone(), structure.clone()}, shape, new int[3]);
    try (Kernels kernels = Kernels.open(Kernels.Implementation.REFERENCE, 1)) {
      Prediction prediction =
          Prediction.of(
              said,
              Extent.of(shape),
              new ComponentFilter(1, LocationPrior.UNKNOWN),
              Optional.empty(),
              kernels);
      assertArrayEquals(new byte[] {1, 1, 1, 0, 0, 0}, prediction.label().labels());
      assertEquals(1, prediction.label().confidence()[4]);
      assertArrayEquals(new float[][] {background, structure}, prediction.probabilities());
      assertEquals(-(0.6 * Math.log(0.6) + 0.4 * Math.log(0.4)), prediction.entropy()[4], 1e-5);
    }
  }
}
