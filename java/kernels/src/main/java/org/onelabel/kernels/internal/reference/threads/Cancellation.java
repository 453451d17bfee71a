package org.onelabel.kernels.internal.reference.threads;

import java.util.concurrent.CancellationException;

/** Whether calls shall end before they are done. */
public final class Cancellation {
  private volatile boolean cancelled;

  public void cancel() {
    cancelled = true;
  }

  /** Throws where they shall. */
  public void check() {
    if (cancelled) {
      throw new CancellationException("the call is cancelled");
    }
  }
}
