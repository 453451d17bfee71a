package org.onelabel.networks.operations;

import ai.djl.ndarray.NDManager;
import java.util.SplittableRandom;

/** The random numbers of a training step, which follow from the seed and the step alone. */
public final class StepRandom {
  private StepRandom() {}

  /**
   * The numbers of a step, the engine's own too: the same whichever process does it.
   *
   * @param iteration from 0
   */
  public static SplittableRandom of(NDManager manager, long seed, int iteration) {
    SplittableRandom random = new SplittableRandom(seed ^ (iteration + 1L) * 0x9E3779B97F4A7C15L);
    manager.getEngine().setRandomSeed(random.nextInt());
    return random;
  }
}
