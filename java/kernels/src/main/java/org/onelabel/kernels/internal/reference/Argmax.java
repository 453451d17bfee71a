package org.onelabel.kernels.internal.reference;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.reference.lanes.Floats;

/** Writes the best of some scores, and by how much it is better than the next. */
record Argmax(Optional<MemorySegment> labels, Optional<MemorySegment> margins) {
  private static final int NO_LABEL = 255;

  static Argmax into(Optional<Buffer> labels, Optional<Buffer> margins) {
    return new Argmax(labels.map(HostAllocation::segment), margins.map(HostAllocation::segment));
  }

  /** Those of {@code count} positions from {@code first} on; {@code scores} are classes × count. */
  void write(double[][] scores, int count, long first) {
    if (labels.isEmpty() && margins.isEmpty()) {
      return;
    }
    byte[] label = new byte[count];
    float[] margin = new float[count];
    for (int j = 0; j < count; j++) {
      double best = scores[0][j];
      int at = 0;
      double second = Double.NEGATIVE_INFINITY;
      boolean valid = !Double.isNaN(best);
      for (int c = 1; c < scores.length; c++) {
        double score = scores[c][j];
        valid &= !Double.isNaN(score);
        // In float32, where the outputs live, so that a tie here is a tie there.
        if ((float) score > (float) best) {
          second = best;
          best = score;
          at = c;
        } else if (score > second) {
          second = score;
        }
      }
      label[j] = (byte) (valid ? at : NO_LABEL);
      // Two equal infinities do not differ.
      margin[j] = !valid ? Float.NaN : best == second ? 0 : (float) (best - second);
    }
    if (labels.isPresent()) {
      MemorySegment.copy(label, 0, labels.get(), ValueLayout.JAVA_BYTE, first, count);
    }
    if (margins.isPresent()) {
      Floats.write(margin, margins.get(), first, count);
    }
  }
}
