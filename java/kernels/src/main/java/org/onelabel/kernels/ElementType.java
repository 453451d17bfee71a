package org.onelabel.kernels;

/** How a feature value is stored. Scores are always float32, labels always unsigned bytes. */
public enum ElementType {
  FLOAT32(0, 4),
  FLOAT16(1, 2),
  BFLOAT16(2, 2);

  private final int code;
  private final int bytes;

  ElementType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Its number in {@code onelabel.h}. */
  public int code() {
    return code;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }
}
