package org.onelabel.kernels;

import java.util.Objects;

/**
 * Feature vectors in memory that someone else owns: {@code count} vectors of {@code dimension}
 * values.
 *
 * @param stride elements from one row to the next (ROWS) or from one channel to the next (CHANNELS)
 */
public record FeatureMatrix(
    Buffer data, ElementType type, Layout layout, long count, long dimension, long stride)
    implements NearestNeighbours.Database {

  /** Where value d of vector n lies. */
  public enum Layout {
    /** At n · stride + d: N×D. */
    ROWS(0),
    /** At d · stride + n: D×N, as an encoder gives them. */
    CHANNELS(1);

    private final int code;

    Layout(int code) {
      this.code = code;
    }

    /** Its number in {@code onelabel.h}. */
    public int code() {
      return code;
    }
  }

  public FeatureMatrix {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(layout, "layout");
    if (count < 0 || dimension < 0) {
      throw new IllegalArgumentException("negative size: " + count + " × " + dimension);
    }
    long length = layout == Layout.ROWS ? dimension : count;
    if (stride < length) {
      throw new IllegalArgumentException("stride " + stride + " is shorter than " + length);
    }
    CallArrays.require(
        "%d × %d values".formatted(count, dimension),
        data,
        bytes(type, layout, count, dimension, stride));
  }

  private static long bytes(
      ElementType type, Layout layout, long count, long dimension, long stride) {
    long vectors = layout == Layout.ROWS ? count : dimension;
    long length = layout == Layout.ROWS ? dimension : count;
    if (vectors == 0 || length == 0) {
      return 0;
    }
    try {
      long last = Math.multiplyExact(vectors - 1, stride);
      return Math.multiplyExact(Math.addExact(last, length), (long) type.bytes());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          count + " × " + dimension + " values have more bytes than can be addressed", e);
    }
  }

  /** From the first value to behind the last one. */
  long bytes() {
    return bytes(type, layout, count, dimension, stride);
  }

  /** Dense float32 rows. */
  public static FeatureMatrix rows(Buffer data, long count, long dimension) {
    return new FeatureMatrix(data, ElementType.FLOAT32, Layout.ROWS, count, dimension, dimension);
  }

  /** Dense float32 rows in an array; nothing is copied here. */
  public static FeatureMatrix rows(float[] data, long count, long dimension) {
    return rows(Buffer.of(data), count, dimension);
  }

  /** Dense float32 channels. */
  public static FeatureMatrix channels(Buffer data, long count, long dimension) {
    return new FeatureMatrix(data, ElementType.FLOAT32, Layout.CHANNELS, count, dimension, count);
  }

  /** Dense float32 channels in an array; nothing is copied here. */
  public static FeatureMatrix channels(float[] data, long count, long dimension) {
    return channels(Buffer.of(data), count, dimension);
  }
}
