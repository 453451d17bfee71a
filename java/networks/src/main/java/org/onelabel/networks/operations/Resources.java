package org.onelabel.networks.operations;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Native things that belong together. Closing closes them all, the last one first; where opening
 * them fails on the way, those that were opened are closed. Not thread-safe.
 */
public final class Resources implements AutoCloseable {
  private final Deque<Runnable> closings = new ArrayDeque<>();

  private Resources() {}

  /** Opens something that consists of resources. */
  @FunctionalInterface
  public interface Opening<T, E extends Exception> {
    /** Opens an object; what it adds is closed again where it throws. */
    T open(Resources resources) throws E;
  }

  /**
   * What {@code opening} gives, which closes the resources; they are closed here where it fails.
   */
  public static <T, E extends Exception> T open(Opening<T, E> opening) throws E {
    Resources resources = new Resources();
    boolean opened = false;
    try {
      T whole = opening.open(resources);
      opened = true;
      return whole;
    } finally {
      if (!opened) {
        resources.close();
      }
    }
  }

  /** Takes a resource over. */
  public <T> T add(T resource, Consumer<T> close) {
    closings.push(() -> close.accept(resource));
    return resource;
  }

  @Override
  public void close() {
    while (!closings.isEmpty()) {
      closings.pop().run();
    }
  }
}
