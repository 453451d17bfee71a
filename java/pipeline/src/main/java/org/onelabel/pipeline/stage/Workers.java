package org.onelabel.pipeline.stage;

import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;

/** Processes on this machine or others that do pieces of work. All of them see the same files. */
public interface Workers {

  /** How many pieces are done at the same time, at least 1. */
  int count();

  /**
   * Does every piece, in any order; one whose process is lost is done again in another one.
   *
   * @param done hears of each piece once, as they come, one at a time
   * @throws org.onelabel.volumes.InputException that a piece ended with
   */
  <R extends Serializable> void run(List<? extends Work<R>> pieces, Consumer<R> done);
}
