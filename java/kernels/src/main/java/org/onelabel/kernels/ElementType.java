package org.onelabel.kernels;

/** How a feature value is stored. Scores are always float32, labels always unsigned bytes. */
public enum ElementType {
  /** IEEE single precision. */
  FLOAT32(0, 4),
  /** IEEE half precision. */
  FLOAT16(1, 2),
  /** The upper half of a float32: 8 bits of exponent, 7 of mantissa. */
  BFLOAT16(2, 2),
  /** A signed byte, which stands for the number itself. */
  INT8(3, 1);

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
