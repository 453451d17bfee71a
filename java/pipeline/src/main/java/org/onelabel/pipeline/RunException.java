package org.onelabel.pipeline;

/** A run that cannot reach a result, though nothing is wrong with what it was given. */
public final class RunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RunException(String message) {
    super(message);
  }
}
