package org.onelabel.kernels.internal.binding;

/** What a native function returns, as {@code onelabel_status} numbers it. */
public enum Status {
  /** The call succeeded. */
  OK(0),
  /** An argument that breaks the contract. */
  INVALID_ARGUMENT(1),
  /** Memory of the host or the device was not enough. */
  OUT_OF_MEMORY(2),
  /** What the call needs is not there: threads, an instruction set, a device. */
  UNAVAILABLE(3),
  /** A fault of the library itself. */
  INTERNAL(4),
  /** The call was ended before it was done. */
  CANCELLED(5);

  private final int code;

  Status(int code) {
    this.code = code;
  }

  /** Its number in {@code onelabel.h}. */
  public int code() {
    return code;
  }
}
