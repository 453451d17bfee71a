package org.onelabel.kernels;

/** How a feature value is stored. Scores are always float32, labels always unsigned bytes. */
public enum ElementType {
  FLOAT32(4),
  FLOAT16(2),
  BFLOAT16(2);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }
}
