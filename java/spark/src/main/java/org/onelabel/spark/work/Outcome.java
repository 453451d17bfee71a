package org.onelabel.spark.work;

import java.io.Serializable;
import java.util.List;
import org.onelabel.volumes.InputException;

/**
 * What came of a piece of work on an executor. What is wrong with the input is a result: it would
 * be wrong on every executor.
 *
 * @param result one, or none where it was refused
 * @param refusal why, in a line; empty where it was not
 */
record Outcome<R extends Serializable>(List<R> result, String refusal) implements Serializable {

  static <R extends Serializable> Outcome<R> of(R result) {
    return new Outcome<>(List.of(result), "");
  }

  static <R extends Serializable> Outcome<R> refused(String why) {
    return new Outcome<>(List.of(), why);
  }

  /** The result; a refusal is an {@link InputException}. */
  R required() {
    if (result.isEmpty()) {
      throw new InputException(refusal);
    }
    return result.getFirst();
  }
}
