package org.onelabel.kernels.experiment;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.ElementType;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.HostBuffer;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.PreparedDatabase;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;
import org.onelabel.kernels.internal.memory.Vectors;

/** Inputs of every size, type and awkwardness, for {@link Conformance}. */
record RandomInputs(RandomGenerator random) {
  private static final int[] SIZES = {0, 1, 2, 13, 64, 207, 513, 702};
  private static final int[] DIMENSIONS = {0, 1, 3, 16, 24, 31, 64, 130, 384};
  private static final float INFINITY = Float.POSITIVE_INFINITY;
  private static final float[] ODD_SCORES = {
    -INFINITY, -INFINITY, -INFINITY, INFINITY, Float.NaN, Float.MAX_VALUE, -Float.MAX_VALUE
  };
  private static final float[] ODD_PROBABILITIES = {
    0, -0f, 1, 1.0009f, 1.002f, -1e-7f, -1, INFINITY, -INFINITY, Float.NaN, Float.MIN_VALUE
  };

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean flip() {
    return random.nextBoolean();
  }

  /** In 0…1. */
  double share() {
    return random.nextDouble();
  }

  /** From exp(low) to exp(low + span). */
  double scale(double low, double span) {
    return Math.exp(random.nextDouble() * span + low);
  }

  /** An awkward number of vectors or values. */
  int size() {
    return pick(SIZES);
  }

  /** An awkward number of values of a vector. */
  int dimension() {
    return pick(DIMENSIONS);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  int pick(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  ElementType type() {
    ElementType[] types = ElementType.values();
    return oneIn(3) ? types[random.nextInt(types.length)] : ElementType.FLOAT32;
  }

  float[] normal(int count, double scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  /**
   * A matrix with a stride of its own; some vectors are zero, some not finite, and in float32 some
   * so short that the squares of their values underflow.
   */
  FeatureMatrix matrix(int count, int dimension, FeatureMatrix.Layout layout, ElementType type) {
    boolean rows = layout == FeatureMatrix.Layout.ROWS;
    int vectors = rows ? count : dimension;
    int stride = (rows ? dimension : count) + random.nextInt(4);
    // Of float16 sometimes subnormal numbers.
    double scale =
        switch (type) {
          case FLOAT16 -> oneIn(4) ? Math.scalb(1.0, -17) : scale(-3, 6);
          case INT8 -> scale(0, 5);
          case FLOAT32, BFLOAT16 -> scale(-3, 6);
        };
    float[] values = normal(vectors * stride, scale);
    for (int n = 0; n < count; n++) {
      int fate = random.nextInt(60);
      for (int d = 0; d < dimension && fate < 4; d++) {
        int at = rows ? n * stride + d : d * stride + n;
        if (fate == 0) {
          values[at] = 0;
        } else if (fate == 3) {
          values[at] *= type == ElementType.FLOAT32 ? 1e-25f : 1;
        } else if (d == dimension / 2) {
          values[at] = fate == 1 ? Float.NaN : Float.NEGATIVE_INFINITY;
        }
      }
    }
    return new FeatureMatrix(stored(values, type), type, layout, count, dimension, stride);
  }

  private static HostBuffer stored(float[] values, ElementType type) {
    MemorySegment stored = MemorySegment.ofArray(new byte[values.length * type.bytes()]);
    for (int i = 0; i < values.length; i++) {
      switch (type) {
        case FLOAT32 -> Segments.setFloat(stored, i, values[i]);
        case FLOAT16 -> Segments.setShort(stored, i, Float.floatToFloat16(values[i]));
        case BFLOAT16 ->
            Segments.setShort(stored, i, (short) (Float.floatToRawIntBits(values[i]) >>> 16));
        case INT8 -> Segments.setByte(stored, i, Math.clamp(Math.round(values[i]), -128, 127));
      }
    }
    return Buffer.of(stored);
  }

  /**
   * Copies of rows, so that there are ties.
   *
   * @return the row each is a copy of, itself if of none
   */
  int[] duplicateRows(FeatureMatrix matrix) {
    int count = (int) matrix.count();
    int bytes = (int) matrix.dimension() * matrix.type().bytes();
    MemorySegment data = HostAllocation.segment(matrix.data());
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
        MemorySegment.copy(data, from * step, data, to * step, bytes);
        original[to] = from;
        copied[from] = true;
      }
    }
    return original;
  }

  /** The matrix that a drawn search is in. */
  static FeatureMatrix matrix(NearestNeighbours.Database database) {
    return switch (database) {
      case FeatureMatrix matrix -> matrix;
      case PreparedDatabase.Rows _ -> throw new IllegalArgumentException("prepared rows");
    };
  }

  /** All vectors as float64. */
  static double[][] vectors(FeatureMatrix matrix) {
    Vectors values = Vectors.of(matrix);
    double[][] vectors = new double[(int) matrix.count()][];
    for (int n = 0; n < vectors.length; n++) {
      vectors[n] = vector(values, n);
    }
    return vectors;
  }

  /** One of them. */
  static double[] vector(Vectors vectors, long n) {
    double[] vector = new double[(int) vectors.matrix().dimension()];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = vectors.at(n, d);
    }
    return vector;
  }

  /** Rows of very different lengths; some zero, some not finite. */
  float[] rowsOfAnyLength(int count, int dimension) {
    float[] values = new float[count * dimension];
    for (int n = 0; n < count; n++) {
      double scale = anyScale();
      int fate = random.nextInt(16);
      for (int d = 0; d < dimension; d++) {
        values[n * dimension + d] = (float) (fate == 0 ? 0 : scale * random.nextGaussian());
      }
      if (fate == 1) {
        values[n * dimension + random.nextInt(dimension)] =
            random.nextBoolean() ? Float.NaN : -INFINITY;
      }
    }
    return values;
  }

  /** The same, of which some are almost too long. */
  float[] rowsUpToTheLongest(int count, int dimension) {
    float[] values = rowsOfAnyLength(count, dimension);
    for (int n = 0; n < count; n++) {
      if (oneIn(16)) {
        lengthen(values, n * dimension, dimension);
      }
    }
    return values;
  }

  /** Gives a row almost the largest square that counts: float32 lacks its distance to others. */
  private void lengthen(float[] values, int from, int dimension) {
    double square = 0;
    for (int d = from; d < from + dimension; d++) {
      square += (double) values[d] * values[d];
    }
    double longer =
        square > 0 && square <= Float.MAX_VALUE
            ? Math.sqrt((0.9 + 0.09 * share()) * Float.MAX_VALUE / square)
            : 1;
    for (int d = from; d < from + dimension; d++) {
      values[d] = (float) (longer * values[d]);
    }
  }

  /** A power of two from float32's smallest number to 1e20. */
  double anyScale() {
    return oneIn(4) ? 1 : Math.scalb(1.0, -149 + random.nextInt(216));
  }

  /** Rows as channels. */
  static float[] transposed(float[] rows, int count, int dimension) {
    float[] channels = new float[rows.length];
    for (int i = 0; i < channels.length; i++) {
      channels[i % dimension * count + i / dimension] = rows[i];
    }
    return channels;
  }

  /** Normal values, one in {@code rare} of them infinite, NaN or as large as can be. */
  float[] oddScores(int count, int rare) {
    float[] scores = new float[count];
    for (int i = 0; i < count; i++) {
      scores[i] =
          oneIn(rare)
              ? ODD_SCORES[random.nextInt(ODD_SCORES.length)]
              : (float) random.nextGaussian();
    }
    return scores;
  }

  /** Logits or probabilities, one in {@code rare} of them none that makes sense. */
  float[] oddPredictions(int count, int rare, boolean logits) {
    float[] odd = logits ? ODD_SCORES : ODD_PROBABILITIES;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          oneIn(rare)
              ? odd[random.nextInt(odd.length)]
              : (float) (logits ? 3 * random.nextGaussian() : random.nextDouble());
    }
    return values;
  }

  /** Probabilities that sum to 1, a quarter of them 0. */
  void fillProbabilities(float[] values, int offset, int classes, int voxels) {
    for (int n = 0; n < voxels; n++) {
      double rest = 1;
      for (int c = 0; c < classes; c++) {
        double p = c == classes - 1 ? rest : rest * (oneIn(4) ? 0 : random.nextDouble());
        values[offset + c * voxels + n] = (float) p;
        rest -= p;
      }
    }
  }

  /** Room for so many values, or, of an optional output, none. */
  Optional<Buffer> maybeFloats(int count) {
    return oneIn(4) ? Optional.empty() : Optional.of(Buffer.of(new float[count]));
  }

  /** Room for so many labels, or none. */
  Optional<Buffer> maybeBytes(int count) {
    return oneIn(4) ? Optional.empty() : Optional.of(Buffer.of(new byte[count]));
  }
}
