package org.onelabel.networks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.methods.MethodSettings;
import org.onelabel.networks.optimization.OptimizerKind;
import org.onelabel.networks.optimization.OptimizerSettings;
import org.onelabel.networks.sampling.BatchSettings;
import org.onelabel.networks.sampling.Sampling;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.training.TrainingLength;
import org.onelabel.networks.training.TrainingSettings;
import org.onelabel.networks.weights.Tensor;

/** A small scan to train on, settings for it, and what two trainings have in common. */
public final class TrainingCase {
  private static final int SIDE = 24;

  private TrainingCase() {}

  /** A bright ball in noise. */
  public static Scan ball(long seed) {
    Random random = new Random(seed);
    float[] image = new float[SIDE * SIDE * SIDE];
    byte[] label = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      int row = i / SIDE;
      double x = Math.floorDiv(row, SIDE) - 11.5;
      double y = row % SIDE - 11.5;
      double z = i % SIDE - 11.5;
      label[i] = (byte) (x * x + y * y + z * z < 49 ? 1 : 0);
      image[i] = (float) (2.0 * label[i] - 0.5 + 0.3 * random.nextGaussian());
    }
    return new Scan(List.of(image), new int[] {SIDE, SIDE, SIDE}, label, null);
  }

  public static TrainingSettings settings(
      int[] patch, int iterations, OptimizerKind optimizer, MethodKind method) {
    return new TrainingSettings(
        new BatchSettings(patch, 1, 1, new Sampling(Augmentation.ANATOMICAL)),
        new TrainingLength(iterations, 0, 4),
        new OptimizerSettings(optimizer, 0.01, 5, 5, 0.9, 1e-4),
        new MethodSettings(method, "", 0.9, 0.1, 2));
  }

  public static void assertSameWeights(Map<String, Tensor> expected, Map<String, Tensor> actual) {
    assertFalse(expected.isEmpty());
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach(
        (name, tensor) -> assertArrayEquals(tensor.floats(), actual.get(name).floats(), name));
  }
}
