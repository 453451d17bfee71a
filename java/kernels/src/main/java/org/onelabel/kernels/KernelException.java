package org.onelabel.kernels;

import java.util.Objects;

/** The native side could not do what was asked: not available, out of memory, a fault inside. */
public final class KernelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure with its reason. */
  public KernelException(String message) {
    super(message);
  }

  /** A failure with its reason and what led to it. */
  public KernelException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Why, in one line. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
