package org.onelabel.kernels.internal.reference;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.kernels.internal.memory.Segments;

/** The uncertainty of predictions as it is defined, in float64. */
final class DefinedEntropy {
  /** 1, and what rounding may add. */
  private static final float MOST_PROBABILITY = 1.001f;

  private final VoxelEntropy.Predictions given;
  private final MemorySegment input;
  private final boolean withGain;
  private final double[][] p;
  private final double[][] mean;
  private final double[] top = new double[EntropyTile.VOXELS];
  private final double[] sum = new double[EntropyTile.VOXELS];
  private final double[] inner = new double[EntropyTile.VOXELS];
  private final double[] entropy = new double[EntropyTile.VOXELS];

  DefinedEntropy(VoxelEntropy.Predictions given, MemorySegment input, boolean withGain) {
    this.given = given;
    this.input = input;
    this.withGain = withGain;
    p = new double[given.classes()][EntropyTile.VOXELS];
    mean = new double[given.classes()][EntropyTile.VOXELS];
  }

  /**
   * Computes those of the voxels from {@code first} on that are listed.
   *
   * @return how many are not a number
   */
  int compute(long first, int[] listed, int count, EntropyTile to) {
    for (double[] of : mean) {
      Arrays.fill(of, 0);
    }
    Arrays.fill(inner, 0);
    for (long t = 0; t < given.passes(); t++) {
      for (int c = 0; c < p.length; c++) {
        long plane = (t * p.length + c) * given.voxels() + first;
        for (int j = 0; j < count; j++) {
          p[c][j] = Segments.getFloat(input, plane + listed[j]);
        }
      }
      switch (given.kind()) {
        case LOGITS -> softmax(count);
        case PROBABILITIES -> requireProbabilities(count);
      }
      if (withGain) {
        Arrays.fill(sum, 0);
        for (double[] of : p) {
          subtractEntropy(of, sum, count);
        }
        addShare(inner, sum, (double) given.passes(), count);
      }
      for (int c = 0; c < p.length; c++) {
        addShare(mean[c], p[c], (double) given.passes(), count);
      }
    }
    Arrays.fill(entropy, 0);
    for (double[] of : mean) {
      subtractEntropy(of, entropy, count);
    }
    return write(listed, count, to);
  }

  private int write(int[] listed, int count, EntropyTile to) {
    int invalid = 0;
    for (int j = 0; j < count; j++) {
      int at = listed[j];
      boolean valid = !Double.isNaN(entropy[j]);
      invalid += valid ? 0 : 1;
      double positive = Math.max(0, entropy[j]);
      to.entropy[at] = valid ? positive : Double.NaN;
      to.gain[at] = valid ? Math.max(0, positive - inner[j]) : Double.NaN;
      for (int c = 0; c < mean.length; c++) {
        to.mean[c][at] = valid ? mean[c][j] : Double.NaN;
      }
    }
    return invalid;
  }

  private void softmax(int count) {
    System.arraycopy(p[0], 0, top, 0, count);
    for (double[] logits : p) {
      for (int j = 0; j < count; j++) {
        top[j] = Math.max(top[j], logits[j]);
      }
    }
    Arrays.fill(sum, 0);
    for (double[] values : p) {
      for (int j = 0; j < count; j++) {
        values[j] = Math.exp(values[j] - top[j]);
        sum[j] += values[j];
      }
    }
    for (double[] values : p) {
      for (int j = 0; j < count; j++) {
        values[j] = values[j] / sum[j];
      }
    }
  }

  /** What is no probability makes all of them NaN. */
  private void requireProbabilities(int count) {
    for (int j = 0; j < count; j++) {
      boolean valid = true;
      for (double[] of : p) {
        valid &= of[j] >= 0 && (float) of[j] <= MOST_PROBABILITY;
      }
      for (int c = 0; c < p.length && !valid; c++) {
        p[c][j] = Double.NaN;
      }
    }
  }

  private static void addShare(double[] mean, double[] values, double passes, int count) {
    for (int j = 0; j < count; j++) {
      mean[j] = mean[j] + values[j] / passes;
    }
  }

  private static void subtractEntropy(double[] values, double[] from, int count) {
    for (int j = 0; j < count; j++) {
      double value = values[j];
      from[j] -= value == 0 ? 0 : value * Math.log(value);
    }
  }
}
