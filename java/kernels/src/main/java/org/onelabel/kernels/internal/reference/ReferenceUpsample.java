package org.onelabel.kernels.internal.reference;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.onelabel.kernels.GridSize;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;

/** The argmax on another grid. */
final class ReferenceUpsample {
  private ReferenceUpsample() {}

  static void run(UpsampleArgmax call, Cancellation cancellation) {
    Argmax argmax = Argmax.into(Optional.of(call.labels()), call.margins());
    MemorySegment coarse = HostAllocation.segment(call.scores());
    GridSize out = call.to();
    double[] scores = new double[call.classes()];
    long index = 0;
    for (int x = 0; x < out.x(); x++) {
      for (int y = 0; y < out.y(); y++) {
        cancellation.check();
        for (int z = 0; z < out.z(); z++) {
          for (int c = 0; c < scores.length; c++) {
            scores[c] = sample(call, coarse, c, x, y, z);
          }
          argmax.write(scores, index++);
        }
      }
    }
  }

  private static double sample(UpsampleArgmax call, MemorySegment coarse, int c, int... at) {
    int[] low = new int[3];
    double[] share = new double[3];
    for (int a = 0; a < 3; a++) {
      int in = call.from().along(a);
      int out = call.to().along(a);
      if (call.interpolation() == UpsampleArgmax.Interpolation.NEAREST) {
        low[a] = (int) Math.min(at[a] * (double) in / out, in - 1);
      } else {
        // Multiplied first: where an output lies on a sample, the other has a weight of exactly 0.
        double position = Math.clamp((at[a] + 0.5) * in / out - 0.5, 0, in - 1);
        low[a] = (int) position;
        share[a] = position - low[a];
      }
    }
    double sum = 0;
    for (int corner = 0; corner < 8; corner++) {
      double weight = 1;
      int index = c;
      for (int a = 0; a < 3; a++) {
        int step = corner >> a & 1;
        weight *= step == 1 ? share[a] : 1 - share[a];
        int in = call.from().along(a);
        index = index * in + Math.min(low[a] + step, in - 1);
      }
      if (weight != 0) {
        sum += weight * Segments.getFloat(coarse, index);
      }
    }
    return sum;
  }
}
