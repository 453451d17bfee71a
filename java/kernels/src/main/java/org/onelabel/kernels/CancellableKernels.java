package org.onelabel.kernels;

/**
 * Kernels whose calls can be ended before they are done. A call that shall be ended by itself gets
 * its own: making one takes a microsecond.
 *
 * <pre>{@code
 * try (CancellableKernels calls = kernels.cancellable()) {
 *   Future<Long> search = executor.submit(() -> calls.run(call));
 *   try {
 *     search.get(10, TimeUnit.SECONDS);
 *   } catch (TimeoutException | InterruptedException e) {
 *     calls.cancel();
 *   }
 * }
 * }</pre>
 */
public interface CancellableKernels extends Kernels {
  /**
   * Ends all calls: those that run soon, on a processor within some 10 ms, and later ones at once.
   * They throw a {@link java.util.concurrent.CancellationException}, and what they wrote means
   * nothing. From any thread, any number of times, also when closed.
   */
  void cancel();
}
