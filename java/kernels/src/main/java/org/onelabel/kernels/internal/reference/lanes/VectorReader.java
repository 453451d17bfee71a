package org.onelabel.kernels.internal.reference.lanes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.IntToLongFunction;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.internal.memory.HostAllocation;

/** Reads vectors of any type and layout as floats; of one thread. */
public final class VectorReader {
  /** Values of a row that are read before they are transposed. */
  private static final int STAGED = 64;

  private final FeatureMatrix matrix;
  private final MemorySegment data;
  private final int dimension;
  private short[] halves = {};
  private byte[] bytes = {};
  private float[] staged = {};

  public VectorReader(FeatureMatrix matrix) {
    this.matrix = matrix;
    data = HostAllocation.segment(matrix.data());
    dimension = Math.toIntExact(matrix.dimension());
  }

  /** Row n of a matrix of rows. */
  public void row(long n, float[] to, int at) {
    read(n * matrix.stride(), dimension, to, at);
  }

  /**
   * Vectors first…first + count − 1 as lanes: value d of the i-th goes to {@code to[d][i]}, for
   * {@code to.length} dimensions from {@code depth} on, zeros behind the last.
   */
  public void lanes(long first, int count, int depth, float[][] to) {
    int end = Math.min(to.length, dimension - depth);
    for (int d = end; d < to.length; d++) {
      Arrays.fill(to[d], 0);
    }
    if (matrix.layout() == FeatureMatrix.Layout.CHANNELS) {
      for (int d = 0; d < end; d++) {
        read((depth + d) * matrix.stride() + first, count, to[d], 0);
      }
      return;
    }
    rowLanes(i -> first + i, count, depth, to);
  }

  /** The first of the rows that are numbered, whole, as lanes. */
  public void lanes(int[] rows, int count, float[][] to) {
    for (int d = dimension; d < to.length; d++) {
      Arrays.fill(to[d], 0);
    }
    rowLanes(i -> rows[i], count, 0, to);
  }

  private void rowLanes(IntToLongFunction number, int count, int depth, float[][] to) {
    int end = Math.min(to.length, dimension - depth);
    int most = Math.min(STAGED, Lanes.padded(end));
    if (staged.length < most * count) {
      staged = new float[most * count];
    }
    for (int d = 0; d < end; d += STAGED) {
      int length = Math.min(STAGED, end - d);
      int pitch = Lanes.padded(length);
      for (int i = 0; i < count; i++) {
        read(number.applyAsLong(i) * matrix.stride() + depth + d, length, staged, i * pitch);
      }
      for (int e = 0; e < length; e += Lanes.DEPTH) {
        if (e + Lanes.DEPTH <= length) {
          transpose(count, pitch, e, to, d + e);
        } else {
          for (int rest = e; rest < length; rest++) {
            transposeOne(count, pitch, rest, to[d + rest]);
          }
        }
      }
    }
  }

  private void transpose(int count, int pitch, int from, float[][] to, int at) {
    float[] to0 = to[at];
    float[] to1 = to[at + 1];
    float[] to2 = to[at + 2];
    float[] to3 = to[at + 3];
    float[] to4 = to[at + 4];
    float[] to5 = to[at + 5];
    float[] to6 = to[at + 6];
    float[] to7 = to[at + 7];
    float[] rows = staged;
    for (int i = 0; i < count; i++) {
      int row = i * pitch + from;
      to0[i] = rows[row];
      to1[i] = rows[row + 1];
      to2[i] = rows[row + 2];
      to3[i] = rows[row + 3];
      to4[i] = rows[row + 4];
      to5[i] = rows[row + 5];
      to6[i] = rows[row + 6];
      to7[i] = rows[row + 7];
    }
  }

  private void transposeOne(int count, int pitch, int from, float[] to) {
    for (int i = 0; i < count; i++) {
      to[i] = staged[i * pitch + from];
    }
  }

  /** Elements that lie beside each other. */
  private void read(long element, int count, float[] to, int at) {
    switch (matrix.type()) {
      case FLOAT32 ->
          MemorySegment.copy(data, ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * element, to, at, count);
      case FLOAT16 -> {
        readHalves(element, count);
        for (int i = 0; i < count; i++) {
          to[at + i] = Float.float16ToFloat(halves[i]);
        }
      }
      case BFLOAT16 -> {
        readHalves(element, count);
        for (int i = 0; i < count; i++) {
          to[at + i] = Float.intBitsToFloat(halves[i] << 16);
        }
      }
      case INT8 -> {
        if (bytes.length < count) {
          bytes = new byte[count];
        }
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, element, bytes, 0, count);
        for (int i = 0; i < count; i++) {
          to[at + i] = bytes[i];
        }
      }
    }
  }

  private void readHalves(long element, int count) {
    if (halves.length < count) {
      halves = new short[count];
    }
    MemorySegment.copy(data, ValueLayout.JAVA_SHORT_UNALIGNED, 2 * element, halves, 0, count);
  }
}
