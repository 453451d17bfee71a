package org.onelabel.pipeline.stage;

import java.io.Serializable;
import org.onelabel.pipeline.progress.Progress;

/**
 * A piece of work that any process can do that sees the same files. It is a value that says what is
 * to be done; what it makes lies in files, and doing it twice makes the same ones.
 *
 * @param <R> what it tells whoever asked for it
 */
public interface Work<R extends Serializable> extends Serializable {

  /**
   * Does it.
   *
   * @param devices of the process that does it; not closed here
   */
  R run(Devices devices, Progress progress);
}
