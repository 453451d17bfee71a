package org.onelabel.pipeline.stage;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Processes on this machine or others that do pieces of work. All of them see the same files. */
public interface Workers {

  /**
   * Pieces of each worker: few, as each opens what all of them need; several, as what they are of
   * differs in size.
   */
  int PIECES = 4;

  /** How many pieces are done at the same time, at least 1. */
  int count();

  /** Parts of a list, in its order, of which each is to be a piece. */
  default <T> List<List<T>> parts(List<T> all) {
    List<List<T>> parts = new ArrayList<>();
    int most = Math.ceilDiv(all.size(), PIECES * count());
    for (int from = 0; from < all.size(); from += most) {
      parts.add(List.copyOf(all.subList(from, Math.min(all.size(), from + most))));
    }
    return parts;
  }

  /**
   * Does every piece, in any order; one whose process is lost is done again in another one.
   *
   * @param done hears of each piece once, as they come, one at a time
   * @throws org.onelabel.volumes.InputException that a piece ended with
   */
  <R extends Serializable> void run(List<? extends Work<R>> pieces, Consumer<R> done);
}
