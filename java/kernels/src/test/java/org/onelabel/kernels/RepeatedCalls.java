package org.onelabel.kernels;

import java.util.Queue;

/** Threads that make one call again and again. */
final class RepeatedCalls {
  private RepeatedCalls() {}

  /** Until it throws; what it threw is put into {@code ends}. */
  static Thread untilRefused(Runnable call, Queue<Throwable> ends) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                while (true) {
                  call.run();
                }
              } catch (Throwable e) {
                ends.add(e);
              }
            });
  }
}
