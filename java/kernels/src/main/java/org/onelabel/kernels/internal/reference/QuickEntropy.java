package org.onelabel.kernels.internal.reference;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.kernels.internal.reference.lanes.Floats;
import org.onelabel.kernels.internal.reference.lanes.Lanes;

/**
 * The uncertainty of logits by fewer and faster operations than {@link DefinedEntropy}'s, from
 * which it differs by a little rounding: the entropy of a softmax is ln S − Σ p z, with z the logit
 * less the largest and S the sum of all exp z. A voxel is sure where all its results are the same
 * float32 however that rounding goes.
 */
final class QuickEntropy {
  private final VoxelEntropy.Predictions given;
  private final MemorySegment input;
  private final boolean withGain;

  /** What a mean probability may differ by, relative to it. */
  private final double error;

  private final float[][] logits;
  private final double[][] exponentials;
  private final float[] top = new float[EntropyTile.VOXELS];
  private final double[] wideTop = new double[EntropyTile.VOXELS];
  private final double[] wide = new double[EntropyTile.VOXELS];
  private final double[] differences = new double[EntropyTile.VOXELS];
  private final double[] factors = new double[EntropyTile.VOXELS];
  private final double[] integers = new double[EntropyTile.VOXELS];
  private final double[] sum = new double[EntropyTile.VOXELS];
  private final double[] products = new double[EntropyTile.VOXELS];
  private final double[] inner = new double[EntropyTile.VOXELS];

  QuickEntropy(VoxelEntropy.Predictions given, MemorySegment input, boolean withGain) {
    this.given = given;
    this.input = input;
    this.withGain = withGain;
    // Each side rounds a sum over classes and one over passes, and a few operations more.
    error = 4 * Exponential.ERROR + (given.classes() + given.passes() + 8) * 0x1p-52;
    logits = new float[given.classes()][EntropyTile.VOXELS];
    exponentials = new double[given.classes()][EntropyTile.VOXELS];
  }

  /**
   * Computes {@code count} voxels from {@code first} on.
   *
   * @param unsure receives those that are not sure
   * @return how many
   */
  int compute(long first, int count, EntropyTile to, int[] unsure) {
    for (double[] of : to.mean) {
      Arrays.fill(of, 0);
    }
    Arrays.fill(inner, 0);
    for (long t = 0; t < given.passes(); t++) {
      for (int c = 0; c < logits.length; c++) {
        Floats.read(input, (t * logits.length + c) * given.voxels() + first, logits[c], count);
      }
      exponentials();
      invert(sum, wide);
      for (int c = 0; c < logits.length; c++) {
        addProducts(to.mean[c], exponentials[c], wide);
      }
      if (withGain) {
        addEntropies();
      }
    }
    Arrays.fill(to.entropy, 0);
    for (double[] of : to.mean) {
      divide(of, (double) given.passes());
      subtractEntropy(of, to.entropy);
    }
    divide(inner, (double) given.passes());
    return listUnsure(count, to, unsure);
  }

  private void exponentials() {
    Arrays.fill(sum, 0);
    Arrays.fill(products, 0);
    if (logits.length == 2 && !withGain) {
      exponentialsOfTwo();
      return;
    }
    System.arraycopy(logits[0], 0, top, 0, top.length);
    for (int c = 1; c < logits.length; c++) {
      takeLarger(top, logits[c]);
    }
    Lanes.widen(top, wideTop);
    for (int c = 0; c < logits.length; c++) {
      Lanes.widen(logits[c], wide);
      Exponential.split(wide, wideTop, differences, factors, integers);
      if (withGain) {
        joinWithProducts(exponentials[c]);
      } else {
        join(exponentials[c]);
      }
    }
  }

  /** Of two classes the second may have an exponential of 1, though it be the smaller one. */
  private void exponentialsOfTwo() {
    Lanes.widen(logits[0], wide);
    Lanes.widen(logits[1], wideTop);
    Exponential.split(wide, wideTop, differences, factors, integers);
    double[] to = exponentials[0];
    for (int j = 0; j < to.length; j++) {
      to[j] = Exponential.joinWithin(factors[j], integers[j]);
      sum[j] = 1 + to[j];
    }
    Arrays.fill(exponentials[1], 1);
  }

  private static void takeLarger(float[] largest, float[] values) {
    for (int j = 0; j < largest.length; j++) {
      largest[j] = Math.max(largest[j], values[j]);
    }
  }

  private void join(double[] to) {
    for (int j = 0; j < to.length; j++) {
      to[j] = Exponential.join(factors[j], integers[j]);
      sum[j] += to[j];
    }
  }

  private void joinWithProducts(double[] to) {
    for (int j = 0; j < to.length; j++) {
      double exponential = Exponential.join(factors[j], integers[j]);
      to[j] = exponential;
      sum[j] += exponential;
      // A class without a chance has a difference of minus infinity.
      products[j] += exponential == 0 ? 0 : exponential * differences[j];
    }
  }

  private static void invert(double[] values, double[] to) {
    for (int j = 0; j < to.length; j++) {
      to[j] = 1 / values[j];
    }
  }

  private static void addProducts(double[] to, double[] a, double[] b) {
    for (int j = 0; j < to.length; j++) {
      to[j] = to[j] + a[j] * b[j];
    }
  }

  private void addEntropies() {
    for (int j = 0; j < inner.length; j++) {
      inner[j] += Math.log(sum[j]) - products[j] * wide[j];
    }
  }

  private static void divide(double[] values, double by) {
    for (int j = 0; j < values.length; j++) {
      values[j] = values[j] / by;
    }
  }

  private static void subtractEntropy(double[] values, double[] from) {
    for (int j = 0; j < from.length; j++) {
      double value = values[j];
      from[j] -= value == 0 ? 0 : value * Math.log(value);
    }
  }

  private int listUnsure(int count, EntropyTile to, int[] unsure) {
    int listed = 0;
    for (int j = 0; j < count; j++) {
      // −Σ m ln m changes by at most error · m (|ln m| + 1), and is rounded itself.
      double tolerance = error * (2 * Math.abs(to.entropy[j]) + 2);
      boolean sure = isSure(to.entropy[j], tolerance);
      to.entropy[j] = Math.max(0, to.entropy[j]);
      if (withGain) {
        double gain = to.entropy[j] - inner[j];
        sure &= isSure(gain, 2 * tolerance + error * inner[j]);
        to.gain[j] = Math.max(0, gain);
      }
      for (double[] mean : to.mean) {
        sure &= (float) (mean[j] * (1 - error)) == (float) (mean[j] * (1 + error));
      }
      unsure[listed] = j;
      listed += sure ? 0 : 1;
    }
    return listed;
  }

  /** Whether the larger of it and 0 is one float32. NaN is not sure. */
  private static boolean isSure(double value, double tolerance) {
    return (float) Math.max(0, value - tolerance) == (float) Math.max(0, value + tolerance);
  }
}
