package org.onelabel.kernels.internal.reference;

/**
 * exp of many numbers, wrong by at most {@link #ERROR} of itself: 2ⁿ times the Taylor polynomial of
 * what is left, below half of ln 2. Below −700 it is 0.
 */
final class Exponential {
  /** Two roundings in the last place, and a remainder of degree 14 that is less. */
  static final double ERROR = 0x1p-51;

  /** Added to a number, it leaves its integer in the last bits. */
  private static final double TO_INTEGER = 0x1.8p52;

  /** 700 / ln 2. */
  private static final double LARGEST = 1009;

  private static final double LEAST = TO_INTEGER - LARGEST;
  private static final int BIAS = 1023;
  private static final int MANTISSA = 52;
  private static final double LOG2_E = 1.4426950408889634;

  /** ln 2 in two parts; an integer times the first is exact. */
  private static final double LN2_HIGH = 0x1.62e42fefap-1;

  private static final double LN2_LOW = 0x1.cf79abc9e3b39p-40;

  private Exponential() {}

  private static final double C2 = 1.0 / 2;
  private static final double C3 = C2 / 3;
  private static final double C4 = C3 / 4;
  private static final double C5 = C4 / 5;
  private static final double C6 = C5 / 6;
  private static final double C7 = C6 / 7;
  private static final double C8 = C7 / 8;
  private static final double C9 = C8 / 9;
  private static final double C10 = C9 / 10;
  private static final double C11 = C10 / 11;
  private static final double C12 = C11 / 12;
  private static final double C13 = C12 / 13;

  /**
   * x − y, and the two factors of its exponential: a number near 1, and an integer n that stands
   * for 2ⁿ.
   */
  static void split(
      double[] x, double[] y, double[] differences, double[] factors, double[] integers) {
    for (int j = 0; j < differences.length; j++) {
      double z = x[j] - y[j];
      double n = z * LOG2_E + TO_INTEGER;
      double r = z - (n - TO_INTEGER) * LN2_HIGH - (n - TO_INTEGER) * LN2_LOW;
      double p = C11 + r * (C12 + r * C13);
      p = C8 + r * (C9 + r * (C10 + r * p));
      p = C5 + r * (C6 + r * (C7 + r * p));
      p = C2 + r * (C3 + r * (C4 + r * p));
      differences[j] = z;
      integers[j] = n;
      factors[j] = 1 + r * (1 + r * p);
    }
  }

  /** Their product. */
  static double join(double factor, double integer) {
    long power = (Double.doubleToRawLongBits(integer) + BIAS) << MANTISSA;
    return integer < LEAST ? 0 : factor * Double.longBitsToDouble(power);
  }

  /** The same of numbers from −700 to 700, and NaN of all others. */
  static double joinWithin(double factor, double integer) {
    long power = (Double.doubleToRawLongBits(integer) + BIAS) << MANTISSA;
    return Math.abs(integer - TO_INTEGER) < LARGEST
        ? factor * Double.longBitsToDouble(power)
        : Double.NaN;
  }
}
