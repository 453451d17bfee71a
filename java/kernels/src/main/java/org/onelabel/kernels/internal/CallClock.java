package org.onelabel.kernels.internal;

import java.time.Duration;

/** Tells another thread how long the call of one thread is running. */
public final class CallClock {
  private volatile long start;

  /** A call begins. */
  public void begin() {
    // Zero means that nothing runs.
    start = System.nanoTime() | 1;
  }

  /** It has ended. */
  public void end() {
    start = 0;
  }

  /** How long the call lasts; zero where there is none. */
  public Duration running() {
    long since = start;
    return since == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }
}
