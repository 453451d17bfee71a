package org.onelabel.kernels.experiment;

import org.onelabel.kernels.FeatureMatrix;

/** Queries and a database that a filter or a tree finds hard. */
record HardSearch(FeatureMatrix queries, FeatureMatrix database) {

  /** What a filter rounds to. */
  enum Rounding {
    /** As the tensor cores of a GPU multiply. */
    BFLOAT16(8e-5),
    /** Whole numbers, of which a row is 32700 long, as on the processor. */
    FIXED_POINT(2e-6),
    /** Whole numbers, the largest of a row 95 and of a query 85, as on the processor. */
    BYTES(8e-5),
    /** The same, both 127: processors with VNNI. */
    WIDE_BYTES(8e-5);

    /** What the units of bytes are larger by than they need to be. */
    private static final double MARGIN = 1.0001;

    /** How much better a row is than the one before, as a share of the squared length. */
    private final double step;

    Rounding(double step) {
      this.step = step;
    }

    private boolean isBytes() {
      return this == BYTES || this == WIDE_BYTES;
    }

    /** The largest value of a row of this length, where it decides about the unit. */
    private static double largest(double length) {
      return 0.625 * length;
    }

    /** Between neighbouring numbers about 1, in a row of this length. */
    private double place(double length) {
      return switch (this) {
        case BFLOAT16 -> 1.0 / 128;
        case FIXED_POINT -> length / 32700;
        case BYTES -> MARGIN * largest(length) / 95;
        case WIDE_BYTES -> MARGIN * largest(length) / 127;
      };
    }

    /** The largest value of a row of this length that is not rounded and leaves this much. */
    private double fill(double length, double left) {
      if (isBytes()) {
        return largest(length);
      }
      double coarse = this == BFLOAT16 ? 1.0 / 16 : place(length);
      return Math.floor(Math.sqrt(left) / coarse) * coarse;
    }

    /**
     * A query's values about 1: just where rounding takes half a place away, and where it adds one;
     * or not rounded.
     *
     * @param half so many of each
     */
    private float[] query(int half, double square, boolean exact) {
      double place = place(Math.sqrt(square));
      double whole = Math.floor(1 / place + 0.25);
      double down = exact ? 0 : 0.49;
      double up = exact ? 0 : 0.51;
      if (isBytes()) {
        // Its last value is the largest: all have the length that they should.
        whole = this == BYTES ? 18 : 60;
        place = MARGIN / (this == BYTES ? 85 : 127);
        double squares = half * (Math.pow(whole + down, 2) + Math.pow(whole + up, 2));
        place *= Math.sqrt((square - 1) / (1 + squares * place * place));
      }
      return new float[] {(float) ((whole + down) * place), (float) ((whole + up) * place)};
    }
  }

  /**
   * Rows whose scores a filter gets as wrong as its bounds allow. In one half of the dimensions all
   * values lie just where rounding takes half a place away, in the other where it adds one. First
   * come rows of the second half, that look better than they are; at the end rows of the first
   * half, a little better and looking worse: a filter whose bound is too tight drops them. All have
   * the length of the queries, a power of two, so the order is the same for every metric. Two rows
   * after a row comes its opposite: the mean is zero. In half of the cases queries are rounded as
   * badly, else they are exact.
   *
   * @param rows a multiple of 4
   * @param rounding what the filter works in
   */
  static HardSearch roundedAtWorst(
      RandomInputs inputs, int queries, int rows, boolean wide, Rounding rounding) {
    int dimension = wide ? 256 : 66;
    int half = wide ? 126 : 31;
    double square = wide ? 256 : 64;
    double place = rounding.place(Math.sqrt(square));
    double whole = Math.floor(1 / place + 0.25);
    float down = (float) ((whole + 0.49) * place);
    float up = (float) ((whole + 0.51) * place);
    float[] values = rounding.query(half, square, inputs.flip());
    float first = values[0];
    float second = values[1];
    float[] query = worstRow(dimension, half, first, second);
    query[2 * half] = 1;
    query[2 * half + 1] = (float) Math.sqrt(square - length(query));
    int[] signs = inputs.random().ints(dimension, 0, 2).map(bit -> 2 * bit - 1).toArray();
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
        double step = rounding.step * square * (i - (pairs - late) + 1);
        row[2 * half] = (float) (half * ((double) second * up - (double) first * down) + step);
      } else {
        row = farFromEveryQuery(inputs, dimension, half);
      }
      if (i < 24 || i >= pairs - late) {
        // What is not rounded, and the rest.
        row[2 * half + 2] = (float) rounding.fill(Math.sqrt(square), square - length(row));
        row[2 * half + 3] = (float) Math.sqrt(square - length(row));
      }
      place(row, 1, signs, database, i / 2 * 4 + i % 2);
      place(row, -1, signs, database, i / 2 * 4 + i % 2 + 2);
    }
    return new HardSearch(
        FeatureMatrix.rows(all, queries, dimension), FeatureMatrix.rows(database, rows, dimension));
  }

  /**
   * Groups of eight rows and their queries that are almost multiples of each other, so that their
   * sums of products are as large as can be: of all dimensions alike, or of two neighbours alone.
   *
   * @param rows a multiple of 8
   */
  static HardSearch largestSums(RandomInputs inputs, int queries, int rows, int dimension) {
    boolean pair = inputs.flip();
    int groups = rows / 8;
    float[][] patterns = new float[groups][dimension];
    for (int group = 0; group < groups; group++) {
      for (int d = 0; d < dimension; d++) {
        boolean used = !pair || d / 2 == group % (dimension / 2);
        patterns[group][d] = used ? 2 * inputs.below(2) - 1 : 0;
      }
    }
    return new HardSearch(
        FeatureMatrix.rows(varied(inputs, patterns, queries), queries, dimension),
        FeatureMatrix.rows(varied(inputs, patterns, rows), rows, dimension));
  }

  /** Row i is about a multiple of pattern i. */
  private static float[] varied(RandomInputs inputs, float[][] patterns, int count) {
    int dimension = patterns[0].length;
    float[] values = new float[count * dimension];
    for (int i = 0; i < count; i++) {
      double scale = 1 + 0.1 * inputs.share();
      for (int d = 0; d < dimension; d++) {
        double noise = 1e-3 * (2 * inputs.share() - 1);
        values[i * dimension + d] = (float) (scale * patterns[i % patterns.length][d] + noise);
      }
    }
    return values;
  }

  /**
   * Clumps of as many rows as a leaf of the native search has, and queries halfway between two of
   * them: boxes are as near as their rows.
   */
  static HardSearch betweenClumps(RandomInputs inputs, int queries, int rows, int dimension) {
    int clump = 128;
    float[] all = inputs.normal(queries * dimension, 0.01);
    float[] database = inputs.normal(rows * dimension, 0.01);
    for (int i = 0; i < queries; i++) {
      all[i * dimension] =
          10 * inputs.below(rows / clump - 1) + 5.2f + 0.6f * inputs.random().nextFloat();
    }
    for (int i = 0; i < rows; i++) {
      database[i * dimension] = 10 * Math.floorDiv(i, clump) + inputs.random().nextFloat();
    }
    return new HardSearch(
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

  private static float[] farFromEveryQuery(RandomInputs inputs, int dimension, int half) {
    float[] row = new float[dimension];
    for (int block = 0; block < 2; block++) {
      for (int d = 0; d + 1 < half; d += 2) {
        row[block * half + d] = (float) (0.5 * inputs.random().nextGaussian());
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
}
