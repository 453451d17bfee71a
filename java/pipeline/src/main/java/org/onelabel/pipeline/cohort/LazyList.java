package org.onelabel.pipeline.cohort;

import java.util.AbstractList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;

/**
 * A list whose elements are loaded when they are asked for, and kept as long as memory allows: of
 * those kept, the ones that were asked for last. Unmodifiable. Thread-safe; one element is loaded
 * at a time.
 *
 * @param <T> elements; one that is loaded again has to equal the one before
 */
public final class LazyList<T> extends AbstractList<T> implements RandomAccess {
  /** Of the heap, what the elements of a list may take: several lists are in use at a time. */
  private static final int SHARE = 8;

  private final int size;
  private final IntFunction<T> load;
  private final ToLongFunction<T> bytes;
  private final long most;
  private final Map<Integer, T> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long held;

  /**
   * A list.
   *
   * @param load an element
   * @param bytes that it takes
   */
  public LazyList(int size, IntFunction<T> load, ToLongFunction<T> bytes) {
    this(size, load, bytes, Runtime.getRuntime().maxMemory() / SHARE);
  }

  /** The same with another limit, in bytes. The element that was asked for last is always kept. */
  LazyList(int size, IntFunction<T> load, ToLongFunction<T> bytes, long most) {
    this.size = size;
    this.load = load;
    this.bytes = bytes;
    this.most = most;
  }

  /** What {@code change} makes of the elements of a list. */
  public static <S, T> LazyList<T> of(
      List<S> source, Function<S, T> change, ToLongFunction<T> bytes) {
    return new LazyList<>(source.size(), i -> change.apply(source.get(i)), bytes);
  }

  @Override
  public synchronized T get(int index) {
    Objects.checkIndex(index, size);
    T there = kept.get(index);
    if (there != null) {
      return there;
    }
    T element = load.apply(index);
    kept.put(index, element);
    held += bytes.applyAsLong(element);
    // The first of the map is the one that was asked for the longest ago.
    Iterator<T> oldest = kept.values().iterator();
    while (held > most && kept.size() > 1) {
      held -= bytes.applyAsLong(oldest.next());
      oldest.remove();
    }
    return element;
  }

  @Override
  public int size() {
    return size;
  }

  /** A list so many times in a row; its elements stay where they are. */
  public static <T> List<T> repeated(List<T> list, int times) {
    return new AbstractList<>() {
      @Override
      public T get(int index) {
        return list.get(Objects.checkIndex(index, size()) % list.size());
      }

      @Override
      public int size() {
        return Math.multiplyExact(times, list.size());
      }
    };
  }

  /** The elements of several lists in a row, each where it is. */
  @SafeVarargs
  public static <T> List<T> concatenated(List<? extends T>... lists) {
    return new AbstractList<>() {
      @Override
      public T get(int index) {
        int i = Objects.checkIndex(index, size());
        for (List<? extends T> list : lists) {
          if (i < list.size()) {
            return list.get(i);
          }
          i -= list.size();
        }
        throw new IndexOutOfBoundsException(index);
      }

      @Override
      public int size() {
        int size = 0;
        for (List<? extends T> list : lists) {
          size += list.size();
        }
        return size;
      }
    };
  }
}
