package org.onelabel.kernels.internal.memory;

import java.lang.foreign.MemorySegment;
import org.onelabel.kernels.ElementType;
import org.onelabel.kernels.FeatureMatrix;

/** Feature vectors of the host, value by value. */
public record Vectors(MemorySegment data, FeatureMatrix matrix) {

  /** Those of {@code matrix}, which is the host's. */
  public static Vectors of(FeatureMatrix matrix) {
    return new Vectors(HostAllocation.segment(matrix.data()), matrix);
  }

  /** Value {@code d} of vector {@code n} as a float. */
  public float at(long n, long d) {
    long index =
        matrix.layout() == FeatureMatrix.Layout.ROWS
            ? n * matrix.stride() + d
            : d * matrix.stride() + n;
    ElementType type = matrix.type();
    return switch (type) {
      case FLOAT32 -> Segments.getFloat(data, index);
      case FLOAT16 -> Float.float16ToFloat(Segments.getShort(data, index));
      case BFLOAT16 -> Float.intBitsToFloat(Segments.getShort(data, index) << 16);
      case INT8 -> (byte) Segments.getByte(data, index);
    };
  }
}
