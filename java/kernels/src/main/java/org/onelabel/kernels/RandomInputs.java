package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

/** Inputs of every size, type and awkwardness, for {@link Conformance}. */
record RandomInputs(RandomGenerator random) {

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  int pick(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  ElementType type() {
    return oneIn(3) ? ElementType.values()[random.nextInt(3)] : ElementType.FLOAT32;
  }

  float[] normal(int count, double scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  /** A matrix with a stride of its own, some vectors zero, some not finite. */
  FeatureMatrix matrix(int count, int dimension, FeatureMatrix.Layout layout, ElementType type) {
    boolean rows = layout == FeatureMatrix.Layout.ROWS;
    int vectors = rows ? count : dimension;
    int stride = (rows ? dimension : count) + random.nextInt(4);
    // Of float16 sometimes subnormal numbers.
    double scale =
        type == ElementType.FLOAT16 && oneIn(4)
            ? Math.scalb(1.0, -17)
            : Math.exp(random.nextDouble() * 6 - 3);
    float[] values = normal(vectors * stride, scale);
    for (int n = 0; n < count; n++) {
      int fate = random.nextInt(60);
      for (int d = 0; d < dimension && fate < 3; d++) {
        int at = rows ? n * stride + d : d * stride + n;
        if (fate == 0) {
          values[at] = 0;
        } else if (d == dimension / 2) {
          values[at] = fate == 1 ? Float.NaN : Float.NEGATIVE_INFINITY;
        }
      }
    }
    return new FeatureMatrix(stored(values, type), type, layout, count, dimension, stride);
  }

  private static MemorySegment stored(float[] values, ElementType type) {
    if (type == ElementType.FLOAT32) {
      return MemorySegment.ofArray(values);
    }
    short[] halves = new short[values.length];
    for (int i = 0; i < halves.length; i++) {
      halves[i] =
          type == ElementType.FLOAT16
              ? Float.floatToFloat16(values[i])
              : (short) (Float.floatToRawIntBits(values[i]) >>> 16);
    }
    return MemorySegment.ofArray(halves);
  }

  /**
   * Copies of rows, so that there are ties.
   *
   * @return the row each is a copy of, itself if of none
   */
  int[] duplicateRows(FeatureMatrix matrix) {
    int count = (int) matrix.count();
    int bytes = (int) matrix.dimension() * matrix.type().bytes();
    long step = matrix.stride() * matrix.type().bytes();
    int[] original = new int[count];
    for (int i = 0; i < count; i++) {
      original[i] = i;
    }
    boolean[] copied = new boolean[count];
    for (int copies = 0; copies < count / 8; copies++) {
      int from = random.nextInt(count);
      int to = random.nextInt(count);
      if (from != to && original[from] == from && !copied[to]) {
        MemorySegment.copy(matrix.data(), from * step, matrix.data(), to * step, bytes);
        original[to] = from;
        copied[from] = true;
      }
    }
    return original;
  }

  /** Queries and a database. */
  record Search(FeatureMatrix queries, FeatureMatrix database) {}

  /**
   * Rows whose scores bfloat16 gets as wrong as its bounds allow. In one half of the dimensions all
   * values lie just where rounding takes half a place away, in the other where it adds one. First
   * come rows of the second half, that look better than they are; at the end rows of the first
   * half, a little better and looking worse: a filter whose bound is too tight drops them. All have
   * the length of the queries, a power of two, so the order is the same for every metric. Two rows
   * after a row comes its opposite: the mean is zero. In half of the cases queries are rounded as
   * badly, else they are exact.
   *
   * @param rows a multiple of 4
   */
  Search roundedAtWorst(int queries, int rows, boolean wide) {
    int dimension = wide ? 256 : 66;
    int half = wide ? 126 : 31;
    double square = wide ? 256 : 64;
    float down = 1 + 0.49f / 128;
    float up = 1 + 0.51f / 128;
    boolean exact = random.nextBoolean();
    float first = exact ? 1 : down;
    float second = exact ? 1 : up;
    float[] query = worstRow(dimension, half, first, second);
    query[2 * half] = 1;
    query[2 * half + 1] = (float) Math.sqrt(square - length(query));
    int[] signs = random.ints(dimension, 0, 2).map(bit -> 2 * bit - 1).toArray();
    float[] all = new float[queries * dimension];
    for (int i = 0; i < queries; i++) {
      place(query, i % 2 == 0 ? 1 : -1, signs, all, i);
    }
    float[] database = new float[rows * dimension];
    int pairs = rows / 2;
    int late = 6;
    for (int i = 0; i < pairs; i++) {
      float[] row;
      if (i < 24) {
        row = worstRow(dimension, half, 0, up);
      } else if (i >= pairs - late) {
        row = worstRow(dimension, half, down, 0);
        double step = 8e-5 * square * (i - (pairs - late) + 1);
        row[2 * half] = (float) (half * ((double) second * up - (double) first * down) + step);
      } else {
        row = farFromEveryQuery(dimension, half);
      }
      if (i < 24 || i >= pairs - late) {
        float fill = (float) Math.sqrt(square - length(row));
        // What bfloat16 holds, and the rest.
        row[2 * half + 2] = Float.intBitsToFloat(Float.floatToRawIntBits(fill) & 0xFFFF0000);
        row[2 * half + 3] = (float) Math.sqrt(square - length(row));
      }
      place(row, 1, signs, database, i / 2 * 4 + i % 2);
      place(row, -1, signs, database, i / 2 * 4 + i % 2 + 2);
    }
    return new Search(
        FeatureMatrix.rows(all, queries, dimension), FeatureMatrix.rows(database, rows, dimension));
  }

  /**
   * Clumps of as many rows as a leaf of the native search has, and queries halfway between two of
   * them: boxes are as near as their rows.
   */
  Search betweenClumps(int queries, int rows, int dimension) {
    int clump = 128;
    float[] all = normal(queries * dimension, 0.01);
    float[] database = normal(rows * dimension, 0.01);
    for (int i = 0; i < queries; i++) {
      all[i * dimension] = 10 * random.nextInt(rows / clump - 1) + 5.2f + 0.6f * random.nextFloat();
    }
    for (int i = 0; i < rows; i++) {
      database[i * dimension] = 10 * Math.floorDiv(i, clump) + random.nextFloat();
    }
    return new Search(
        FeatureMatrix.rows(all, queries, dimension), FeatureMatrix.rows(database, rows, dimension));
  }

  private static float[] worstRow(int dimension, int half, float first, float second) {
    float[] row = new float[dimension];
    for (int d = 0; d < half; d++) {
      row[d] = first;
      row[half + d] = second;
    }
    return row;
  }

  private float[] farFromEveryQuery(int dimension, int half) {
    float[] row = new float[dimension];
    for (int block = 0; block < 2; block++) {
      for (int d = 0; d + 1 < half; d += 2) {
        row[block * half + d] = (float) (0.5 * random.nextGaussian());
        row[block * half + d + 1] = -row[block * half + d];
      }
    }
    return row;
  }

  private static double length(float[] row) {
    double square = 0;
    for (float value : row) {
      square += (double) value * value;
    }
    return square;
  }

  private static void place(float[] row, int sign, int[] signs, float[] to, int at) {
    for (int d = 0; d < row.length; d++) {
      to[at * row.length + d] = sign * signs[d] * row[d];
    }
  }

  /** All vectors as float64. */
  static double[][] vectors(FeatureMatrix matrix) {
    double[][] vectors = new double[(int) matrix.count()][(int) matrix.dimension()];
    for (int n = 0; n < vectors.length; n++) {
      for (int d = 0; d < vectors[n].length; d++) {
        vectors[n][d] = matrix.at(n, d);
      }
    }
    return vectors;
  }

  /** Memory for so many values, or, of an optional output, null. */
  MemorySegment optional(ValueLayout layout, int count) {
    return oneIn(4) ? null : memory(layout, count);
  }

  static MemorySegment memory(ValueLayout layout, int count) {
    return switch (layout) {
      case ValueLayout.OfFloat _ -> MemorySegment.ofArray(new float[count]);
      case ValueLayout.OfLong _ -> MemorySegment.ofArray(new long[count]);
      default -> MemorySegment.ofArray(new byte[count]);
    };
  }
}
