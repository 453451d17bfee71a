package org.onelabel.kernels.internal.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets calls use what another thread may close meanwhile: closing waits for those that run, and
 * those that come later are refused. Entering allocates nothing and never waits, so that one call
 * may enter several lifetimes, or one twice.
 */
public final class Lifetime {
  /** Above any number of users. */
  private static final long CLOSED = 1L << 62;

  /** The number of users, and whether it is closed. */
  private final AtomicLong state = new AtomicLong();

  private final String refusal;

  /** What a call that comes too late is told. */
  public Lifetime(String refusal) {
    this.refusal = refusal;
  }

  /** Begins a use; {@link #leave()} ends it. */
  public void enter() {
    long users;
    do {
      users = state.get();
      requireOpen(users);
    } while (!state.compareAndSet(users, users + 1));
  }

  public void leave() {
    if (state.decrementAndGet() == CLOSED) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Refuses where it is closed. */
  public void requireOpen() {
    requireOpen(state.get());
  }

  private void requireOpen(long users) {
    if (users >= CLOSED) {
      throw new IllegalStateException(refusal);
    }
  }

  /** Closes and waits for the last user; false where it was closed before. */
  public boolean close() {
    if (state.getAndUpdate(users -> users | CLOSED) >= CLOSED) {
      return false;
    }
    boolean interrupted = false;
    synchronized (this) {
      while (state.get() != CLOSED) {
        try {
          wait();
        } catch (InterruptedException _) {
          // What is in use cannot be given up; whoever interrupts is heard afterwards.
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}
