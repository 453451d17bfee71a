package org.onelabel.kernels.internal.reference.threads;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.internal.memory.HostAllocation;

/**
 * The threads of a call, the calling one among them.
 *
 * @param threads 1 at least
 * @param cancellation ends their work
 */
public record Team(int threads, Cancellation cancellation) {

  /** The threads that may use this memory: memory of an arena may belong to the calling one. */
  public Team on(List<Buffer> memory) {
    if (threads == 1) {
      return this;
    }
    Thread other = Thread.ofVirtual().unstarted(() -> {});
    boolean shared = memory.stream().allMatch(m -> HostAllocation.segment(m).isAccessibleBy(other));
    return shared ? this : new Team(1, cancellation);
  }

  /** {@link #on(List)} of arrays of which some may be left out. */
  public Team on(Buffer input, List<Optional<Buffer>> others) {
    List<Buffer> memory = new ArrayList<>(List.of(input));
    others.forEach(other -> other.ifPresent(memory::add));
    return on(memory);
  }

  /** Runs parts 0…{@code parts} − 1, in any order; each thread makes a worker of its own. */
  public void run(int parts, Supplier<IntConsumer> workers) {
    AtomicInteger next = new AtomicInteger();
    Runnable share =
        () -> {
          IntConsumer worker = workers.get();
          for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
            cancellation.check();
            worker.accept(part);
          }
        };
    List<FutureTask<?>> others = new ArrayList<>();
    for (int i = 1; i < Math.min(threads, parts); i++) {
      FutureTask<?> task = new FutureTask<>(share, null);
      others.add(task);
      Thread.ofPlatform().daemon().name("onelabel-kernels-" + i).start(task);
    }
    try {
      if (parts > 0) {
        share.run();
      }
    } finally {
      others.forEach(Team::await);
    }
  }

  private static void await(FutureTask<?> task) {
    boolean interrupted = false;
    while (true) {
      try {
        task.get();
        break;
      } catch (InterruptedException _) {
        // The memory is the caller's: no thread may work on it when the call has returned.
        interrupted = true;
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
