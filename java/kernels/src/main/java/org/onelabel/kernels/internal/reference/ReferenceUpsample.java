package org.onelabel.kernels.internal.reference;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.onelabel.kernels.GridSize;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.reference.lanes.Floats;
import org.onelabel.kernels.internal.reference.threads.Team;

/** The argmax on another grid: the sum of the eight samples around a position, in one order. */
final class ReferenceUpsample {
  private final UpsampleArgmax call;
  private final MemorySegment coarse;
  private final Argmax argmax;
  private final Samples alongX;
  private final Samples alongY;
  private final Samples alongZ;

  /** The two samples beside each position along an axis, and the share of the second. */
  private record Samples(int[] low, int[] high, double[] share) {
    static Samples along(int axis, UpsampleArgmax call) {
      int in = call.from().along(axis);
      int out = call.to().along(axis);
      Samples samples = new Samples(new int[out], new int[out], new double[out]);
      for (int i = 0; i < out; i++) {
        if (call.interpolation() == UpsampleArgmax.Interpolation.NEAREST) {
          samples.low[i] = (int) Math.min(i * (double) in / out, in - 1);
        } else {
          // Multiplied first: where an output lies on a sample, the other has a weight of exactly
          // 0.
          double position = Math.clamp((i + 0.5) * in / out - 0.5, 0, in - 1);
          samples.low[i] = (int) position;
          samples.share[i] = position - samples.low[i];
        }
        samples.high[i] = Math.min(samples.low[i] + 1, in - 1);
      }
      return samples;
    }
  }

  private ReferenceUpsample(UpsampleArgmax call) {
    this.call = call;
    coarse = HostAllocation.segment(call.scores());
    argmax = Argmax.into(Optional.of(call.labels()), call.margins());
    alongX = Samples.along(0, call);
    alongY = Samples.along(1, call);
    alongZ = Samples.along(2, call);
  }

  static void run(UpsampleArgmax call, Team team) {
    if (call.to().count() == 0) {
      return;
    }
    ReferenceUpsample upsample = new ReferenceUpsample(call);
    team.on(call.scores(), List.of(Optional.of(call.labels()), call.margins()))
        .run(call.to().x(), () -> upsample.new Worker());
  }

  /** Makes planes of outputs. */
  private final class Worker implements IntConsumer {
    private final GridSize from = call.from();
    private final int width = call.to().z();
    private final double[][] scores = new double[call.classes()][width];
    private final float[] row = new float[from.z()];

    /** Of each class and each of the four rows around an output row: its samples along z. */
    private final Stretched[][] rows = new Stretched[call.classes()][4];

    private final double[] weights = new double[4];

    Worker() {
      for (Stretched[] around : rows) {
        for (int corner = 0; corner < 4; corner++) {
          around[corner] = new Stretched(new double[width], new double[width]);
        }
      }
    }

    @Override
    public void accept(int x) {
      int stretched = -1;
      boolean finite = false;
      for (int y = 0; y < call.to().y(); y++) {
        // Several rows of outputs lie between the same rows of samples.
        if (alongY.low[y] != stretched) {
          finite = stretch(x, y);
          stretched = alongY.low[y];
        }
        for (int corner = 0; corner < 4; corner++) {
          double sx = alongX.share[x];
          double sy = alongY.share[y];
          weights[corner] = ((corner & 1) == 1 ? sx : 1 - sx) * (corner >> 1 == 1 ? sy : 1 - sy);
        }
        for (int c = 0; c < scores.length; c++) {
          if (finite) {
            Stretched[] r = rows[c];
            sum(scores[c], weights, r[0].low, r[1].low, r[2].low, r[3].low);
            addSecond(scores[c], weights, r[0].high, r[1].high, r[2].high, r[3].high);
          } else {
            sumCounting(scores[c], rows[c]);
          }
        }
        argmax.write(scores, width, ((long) x * call.to().y() + y) * width);
      }
    }

    /** Reads the rows around an output row; answers whether all of it is finite. */
    private boolean stretch(int x, int y) {
      boolean finite = true;
      for (int c = 0; c < scores.length; c++) {
        for (int corner = 0; corner < 4; corner++) {
          long plane = (corner & 1) == 1 ? alongX.high[x] : alongX.low[x];
          long line = corner >> 1 == 1 ? alongY.high[y] : alongY.low[y];
          long first = ((c * (long) from.x() + plane) * from.y() + line) * from.z();
          Floats.read(coarse, first, row, row.length);
          finite &= rows[c][corner].fill(row);
        }
      }
      return finite;
    }

    /** The part of the first samples along z. Where a weight is 0 nothing finite is added. */
    private void sum(double[] to, double[] w, double[] r0, double[] r1, double[] r2, double[] r3) {
      double w0 = w[0];
      double w1 = w[1];
      double w2 = w[2];
      double w3 = w[3];
      double[] share = alongZ.share;
      for (int z = 0; z < to.length; z++) {
        double rest = 1 - share[z];
        to[z] = 0.0 + w0 * rest * r0[z] + w1 * rest * r1[z] + w2 * rest * r2[z] + w3 * rest * r3[z];
      }
    }

    private void addSecond(
        double[] to, double[] w, double[] r0, double[] r1, double[] r2, double[] r3) {
      double w0 = w[0];
      double w1 = w[1];
      double w2 = w[2];
      double w3 = w[3];
      double[] share = alongZ.share;
      for (int z = 0; z < to.length; z++) {
        to[z] =
            to[z]
                + w0 * share[z] * r0[z]
                + w1 * share[z] * r1[z]
                + w2 * share[z] * r2[z]
                + w3 * share[z] * r3[z];
      }
    }

    /** The same for any numbers: what has no weight does not count. */
    private void sumCounting(double[] to, Stretched[] around) {
      for (int z = 0; z < to.length; z++) {
        double sum = 0;
        for (int corner = 0; corner < 8; corner++) {
          boolean second = corner >> 2 == 1;
          double share = alongZ.share[z];
          double weight = weights[corner & 3] * (second ? share : 1 - share);
          Stretched samples = around[corner & 3];
          if (weight != 0) {
            sum += weight * (second ? samples.high : samples.low)[z];
          }
        }
        to[z] = sum;
      }
    }
  }

  /** For each output along z the two samples beside it. */
  private final class Stretched {
    final double[] low;
    final double[] high;

    Stretched(double[] low, double[] high) {
      this.low = low;
      this.high = high;
    }

    /** Takes them from a row of samples; answers whether all are finite. */
    boolean fill(float[] row) {
      float sum = 0;
      for (float value : row) {
        // Not a number where one is not finite.
        sum += 0 * value;
      }
      for (int z = 0; z < low.length; z++) {
        low[z] = row[alongZ.low[z]];
        high[z] = row[alongZ.high[z]];
      }
      return sum == 0;
    }
  }
}
