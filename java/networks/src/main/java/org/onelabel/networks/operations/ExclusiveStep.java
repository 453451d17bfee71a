package org.onelabel.networks.operations;

import ai.djl.ndarray.NDManager;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A step that has the engine to itself until it is closed. The engine's random numbers and its
 * gradients are those of the whole process: two trainings at a time would draw from each other's
 * numbers, so they take turns. Opened and closed by one thread.
 */
public final class ExclusiveStep implements AutoCloseable {
  private static final ReentrantLock ENGINE = new ReentrantLock();

  private final SplittableRandom random;

  private ExclusiveStep(SplittableRandom random) {
    this.random = random;
  }

  /**
   * A step of a training, whose random numbers follow from the seed and the step alone: the same
   * whichever process does it.
   *
   * @param iteration from 0
   */
  public static ExclusiveStep of(NDManager manager, long seed, int iteration) {
    SplittableRandom random = new SplittableRandom(seed ^ (iteration + 1L) * 0x9E3779B97F4A7C15L);
    return begun(manager, random.nextInt(), random);
  }

  /** A step that draws from the engine's random numbers alone. */
  public static ExclusiveStep seeded(NDManager manager, long seed) {
    return begun(manager, (int) seed, new SplittableRandom(seed));
  }

  private static ExclusiveStep begun(NDManager manager, int seed, SplittableRandom random) {
    ENGINE.lock();
    try {
      manager.getEngine().setRandomSeed(seed);
      return new ExclusiveStep(random);
    } catch (RuntimeException e) {
      ENGINE.unlock();
      throw e;
    }
  }

  /** What is drawn outside the engine. */
  public SplittableRandom random() {
    return random;
  }

  @Override
  public void close() {
    ENGINE.unlock();
  }
}
