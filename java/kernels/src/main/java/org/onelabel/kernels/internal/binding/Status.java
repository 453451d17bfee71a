package org.onelabel.kernels.internal.binding;

/** What a native function returns, as {@code onelabel_status} numbers it. */
public enum Status {
  OK(0),
  INVALID_ARGUMENT(1),
  OUT_OF_MEMORY(2),
  UNAVAILABLE(3),
  INTERNAL(4);

  private final int code;

  Status(int code) {
    this.code = code;
  }

  /** Its number in {@code onelabel.h}. */
  public int code() {
    return code;
  }
}
