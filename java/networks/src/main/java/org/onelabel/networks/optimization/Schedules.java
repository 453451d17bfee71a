package org.onelabel.networks.optimization;

/** The published schedules over the iterations of one round (SemiSAM-O1, section "training"). */
public final class Schedules {
  private Schedules() {}

  /** The factor of a Gaussian ramp: exp(−5(1 − t)²) for t in 0…1, 1 beyond. */
  public static double ramp(double t) {
    double rest = 1 - Math.clamp(t, 0, 1);
    return Math.exp(-5 * rest * rest);
  }

  /**
   * Weight of the consistency term.
   *
   * @param most its final value, 0.1 as published
   * @param rampLength in units of 150 iterations, 200 as published
   */
  public static double consistencyWeight(long iteration, double most, double rampLength) {
    long units = iteration / 150;
    return most * ramp(units / rampLength);
  }

  /** Weight of the pseudo-label term: a line from 0 to 1 over the first 30 % of the iterations. */
  public static double pseudoWeight(long iteration, long iterations) {
    return Math.min(1, iteration / (0.3 * iterations));
  }

  /** Polynomial decay of the learning rate, power 0.9; 0 from the last iteration on. */
  public static double learningRate(long iteration, long iterations, double base) {
    return base * Math.pow(Math.max(0, 1 - iteration / (double) iterations), 0.9);
  }

  /** What a rate counts while it rises to its schedule over the first {@code length} iterations. */
  public static double warmUp(long iteration, int length) {
    return iteration < length ? (iteration + 1.0) / length : 1;
  }

  /** Decay of the teacher's exponential moving average. */
  public static double averageDecay(long iteration, double most) {
    return Math.min(1 - 1 / (iteration + 1.0), most);
  }

  /** Entropy (nats) below which UA-MT trusts the teacher. */
  public static double uncertaintyThreshold(long iteration, long iterations) {
    double rest = 1 - Math.clamp(iteration / (double) iterations, 0, 1);
    return (0.75 + 0.25 * Math.exp(-5 * rest * rest)) * Math.log(2);
  }
}
