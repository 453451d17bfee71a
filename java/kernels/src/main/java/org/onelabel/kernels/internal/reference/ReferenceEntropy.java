package org.onelabel.kernels.internal.reference;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;

/** The uncertainty of predictions. */
final class ReferenceEntropy {
  /** 1, and what rounding may add. */
  private static final float MOST_PROBABILITY = 1.001f;

  private ReferenceEntropy() {}

  static long run(VoxelEntropy call, Cancellation cancellation) {
    VoxelEntropy.Predictions given = call.predictions();
    MemorySegment input = HostAllocation.segment(given.values());
    Optional<MemorySegment> means = call.mean().map(HostAllocation::segment);
    Optional<MemorySegment> entropies = call.entropy().map(HostAllocation::segment);
    Optional<MemorySegment> gains = call.mutualInformation().map(HostAllocation::segment);
    Argmax argmax = Argmax.into(call.labels(), Optional.empty());
    long invalid = 0;
    double[] mean = new double[given.classes()];
    double[] p = new double[given.classes()];
    for (long n = 0; n < given.voxels(); n++) {
      cancellation.check();
      Arrays.fill(mean, 0);
      double inner = 0;
      for (long t = 0; t < given.passes(); t++) {
        for (int c = 0; c < p.length; c++) {
          p[c] = Segments.getFloat(input, (t * p.length + c) * given.voxels() + n);
        }
        if (given.kind() == VoxelEntropy.Kind.LOGITS) {
          softmax(p);
        }
        requireProbabilities(p);
        inner += entropy(p) / given.passes();
        for (int c = 0; c < p.length; c++) {
          mean[c] += p[c] / given.passes();
        }
      }
      double entropy = Math.max(0, entropy(mean));
      if (Double.isNaN(entropy)) {
        invalid++;
        Arrays.fill(mean, Double.NaN);
      }
      for (int c = 0; c < p.length && means.isPresent(); c++) {
        Segments.setFloat(means.get(), c * given.voxels() + n, (float) mean[c]);
      }
      if (entropies.isPresent()) {
        Segments.setFloat(entropies.get(), n, (float) entropy);
      }
      if (gains.isPresent()) {
        Segments.setFloat(gains.get(), n, (float) Math.max(0, entropy - inner));
      }
      argmax.write(mean, n);
    }
    return invalid;
  }

  private static void softmax(double[] l) {
    double top = Arrays.stream(l).max().orElseThrow();
    double sum = 0;
    for (int c = 0; c < l.length; c++) {
      l[c] = Math.exp(l[c] - top);
      sum += l[c];
    }
    for (int c = 0; c < l.length; c++) {
      l[c] /= sum;
    }
  }

  /** What is no probability makes all of them NaN. */
  private static void requireProbabilities(double[] p) {
    if (!Arrays.stream(p).allMatch(value -> value >= 0 && (float) value <= MOST_PROBABILITY)) {
      Arrays.fill(p, Double.NaN);
    }
  }

  private static double entropy(double[] p) {
    double sum = 0;
    for (double value : p) {
      sum -= value == 0 ? 0 : value * Math.log(value);
    }
    return sum;
  }
}
