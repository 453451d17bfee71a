package org.onelabel.networks.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A named-file tensor: element type, shape, and its values row-major and little-endian, as
 * safetensors files hold them. The buffer is shared and must not be written to.
 */
public record Tensor(Type type, List<Integer> shape, ByteBuffer data) {

  /** Element types, with their size in bytes. */
  public enum Type {
    /** Unsigned bytes. */
    U8(1),
    /** Signed integers of 32 bits. */
    I32(4),
    /** Signed integers of 64 bits. */
    I64(8),
    /** IEEE half precision. */
    F16(2),
    /** The upper half of a float32. */
    BF16(2),
    /** IEEE single precision. */
    F32(4),
    /** IEEE double precision. */
    F64(8);

    final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  public Tensor {
    shape = List.copyOf(shape);
    data = data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (data.remaining() != (long) size(shape) * type.bytes) {
      throw new IllegalArgumentException(
          data.remaining() + " bytes for " + type + " of shape " + shape);
    }
  }

  private static int size(List<Integer> shape) {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /** The number of elements. */
  public int size() {
    return size(shape);
  }

  /** A float tensor; the values are copied. */
  public static Tensor of(float[] values, int... shape) {
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new Tensor(Type.F32, list(shape), data);
  }

  /** A byte tensor; the values are shared. */
  public static Tensor of(byte[] values, int... shape) {
    return new Tensor(Type.U8, list(shape), ByteBuffer.wrap(values));
  }

  private static List<Integer> list(int[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  /** The values as floats, a fresh array; any element type. */
  public float[] floats() {
    float[] values = new float[size()];
    if (type == Type.F32) {
      data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value(i);
    }
    return values;
  }

  /** The values as doubles, a fresh array; any element type. */
  public double[] doubles() {
    double[] values = new double[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(i);
    }
    return values;
  }

  /** The bytes of a U8 tensor, a fresh array. */
  public byte[] bytes() {
    if (type != Type.U8) {
      throw new IllegalStateException("a tensor of " + type + ", not of bytes");
    }
    byte[] values = new byte[size()];
    data.duplicate().get(values);
    return values;
  }

  private double value(int i) {
    int at = data.position() + i * type.bytes;
    return switch (type) {
      case U8 -> data.get(at) & 255;
      case I32 -> data.getInt(at);
      case I64 -> data.getLong(at);
      case F16 -> Float.float16ToFloat(data.getShort(at));
      case BF16 -> Float.intBitsToFloat(data.getShort(at) << 16);
      case F32 -> data.getFloat(at);
      case F64 -> data.getDouble(at);
    };
  }
}
