package org.onelabel.kernels.internal.reference.lanes;

/**
 * Sums over some dimensions of many vectors at once. Lanes are vectors: array d holds value d of
 * each. The loops are of a form that HotSpot's C2 turns into vector instructions: all arrays are
 * indexed alike, and no body has more than a dozen operations.
 */
public final class Lanes {
  /** Dimensions that are added together. */
  public static final int DEPTH = 8;

  private Lanes() {}

  /** The next multiple of {@link #DEPTH}. */
  public static int padded(int dimension) {
    return Math.ceilDiv(dimension, DEPTH) * DEPTH;
  }

  /** {@link #DEPTH} arrays of floats, from {@code at} on, as doubles. */
  public static void widen(float[][] from, int at, double[][] to) {
    for (int d = 0; d < DEPTH; d++) {
      widen(from[at + d], to[d]);
    }
  }

  /** Floats as doubles. */
  public static void widen(float[] from, double[] to) {
    for (int j = 0; j < to.length; j++) {
      to[j] = from[j];
    }
  }

  /** Adds products of {@link #DEPTH} values with {@code p[d]…}, in their order. */
  public static void addProducts(double[] sums, double[][] x, double[] p, int d) {
    double[] x0 = x[0];
    double[] x1 = x[1];
    double[] x2 = x[2];
    double[] x3 = x[3];
    double[] x4 = x[4];
    double[] x5 = x[5];
    double[] x6 = x[6];
    double[] x7 = x[7];
    double p0 = p[d];
    double p1 = p[d + 1];
    double p2 = p[d + 2];
    double p3 = p[d + 3];
    double p4 = p[d + 4];
    double p5 = p[d + 5];
    double p6 = p[d + 6];
    double p7 = p[d + 7];
    for (int j = 0; j < sums.length; j++) {
      sums[j] =
          sums[j]
              + x0[j] * p0
              + x1[j] * p1
              + x2[j] * p2
              + x3[j] * p3
              + x4[j] * p4
              + x5[j] * p5
              + x6[j] * p6
              + x7[j] * p7;
    }
  }

  /** Adds squares of {@link #DEPTH} values, in their order. */
  public static void addSquares(double[] sums, double[][] x) {
    double[] x0 = x[0];
    double[] x1 = x[1];
    double[] x2 = x[2];
    double[] x3 = x[3];
    double[] x4 = x[4];
    double[] x5 = x[5];
    double[] x6 = x[6];
    double[] x7 = x[7];
    for (int j = 0; j < sums.length; j++) {
      sums[j] =
          sums[j]
              + x0[j] * x0[j]
              + x1[j] * x1[j]
              + x2[j] * x2[j]
              + x3[j] * x3[j]
              + x4[j] * x4[j]
              + x5[j] * x5[j]
              + x6[j] * x6[j]
              + x7[j] * x7[j];
    }
  }

  /** Adds products of values d…d + 3 with two vectors, to the sums of each. */
  public static void addProducts(float[] a, float[] b, float[][] x, float[] p, float[] q, int d) {
    float[] x0 = x[d];
    float[] x1 = x[d + 1];
    float[] x2 = x[d + 2];
    float[] x3 = x[d + 3];
    float p0 = p[d];
    float p1 = p[d + 1];
    float p2 = p[d + 2];
    float p3 = p[d + 3];
    float q0 = q[d];
    float q1 = q[d + 1];
    float q2 = q[d + 2];
    float q3 = q[d + 3];
    for (int j = 0; j < a.length; j++) {
      a[j] = a[j] + x0[j] * p0 + x1[j] * p1 + x2[j] * p2 + x3[j] * p3;
      b[j] = b[j] + x0[j] * q0 + x1[j] * q1 + x2[j] * q2 + x3[j] * q3;
    }
  }

  /** Takes away the squared differences of values d…d + 3 from a vector's. */
  public static void subtractDistances(float[] a, float[][] x, float[] p, int d) {
    float[] x0 = x[d];
    float[] x1 = x[d + 1];
    float[] x2 = x[d + 2];
    float[] x3 = x[d + 3];
    float p0 = p[d];
    float p1 = p[d + 1];
    float p2 = p[d + 2];
    float p3 = p[d + 3];
    for (int j = 0; j < a.length; j++) {
      a[j] =
          a[j]
              - (x0[j] - p0) * (x0[j] - p0)
              - (x1[j] - p1) * (x1[j] - p1)
              - (x2[j] - p2) * (x2[j] - p2)
              - (x3[j] - p3) * (x3[j] - p3);
    }
  }

  /** Multiplies. */
  public static void multiply(float[] values, float[] factors) {
    for (int j = 0; j < values.length; j++) {
      values[j] = values[j] * factors[j];
    }
  }
}
