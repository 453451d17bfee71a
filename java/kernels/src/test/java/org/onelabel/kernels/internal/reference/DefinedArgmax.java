package org.onelabel.kernels.internal.reference;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;

/** Writes the best of some scores, and by how much it is better than the next. */
record DefinedArgmax(Optional<MemorySegment> labels, Optional<MemorySegment> margins) {
  private static final int NO_LABEL = 255;

  static DefinedArgmax into(Optional<Buffer> labels, Optional<Buffer> margins) {
    return new DefinedArgmax(
        labels.map(HostAllocation::segment), margins.map(HostAllocation::segment));
  }

  void write(double[] scores, long index) {
    int best = 0;
    double second = Double.NEGATIVE_INFINITY;
    boolean valid = !Double.isNaN(scores[0]);
    for (int c = 1; c < scores.length; c++) {
      valid &= !Double.isNaN(scores[c]);
      // In float32, where the outputs live, so that a tie here is a tie there.
      if ((float) scores[c] > (float) scores[best]) {
        second = scores[best];
        best = c;
      } else {
        second = Math.max(second, scores[c]);
      }
    }
    if (labels.isPresent()) {
      Segments.setByte(labels.get(), index, valid ? best : NO_LABEL);
    }
    if (margins.isPresent()) {
      Segments.setFloat(margins.get(), index, valid ? margin(scores[best], second) : Float.NaN);
    }
  }

  /** Two equal infinities do not differ. */
  private static float margin(double best, double second) {
    return best == second ? 0 : (float) (best - second);
  }
}
