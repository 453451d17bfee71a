package org.onelabel.kernels.internal.reference;

import java.util.concurrent.CancellationException;

/** Whether calls shall end before they are done. */
final class Cancellation {
  private volatile boolean cancelled;

  void cancel() {
    cancelled = true;
  }

  /** Throws where they shall. */
  void check() {
    if (cancelled) {
      throw new CancellationException("the call is cancelled");
    }
  }
}
