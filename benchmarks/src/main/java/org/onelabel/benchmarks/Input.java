package org.onelabel.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.onelabel.kernels.Benchmark;

/**
 * Normal float32 values that peers of one call share.
 *
 * @param first queries, features or logits
 * @param second database or prototypes; empty for the entropy
 */
record Input(MemorySegment first, MemorySegment second) {

  static Input of(Benchmark.Workload workload, Arena arena) {
    return switch (workload) {
      case Benchmark.Neighbours w ->
          new Input(
              Benchmark.normal(arena, (long) w.queries() * w.dimension(), 1),
              Benchmark.normal(arena, (long) w.database() * w.dimension(), 2));
      case Benchmark.Cosine w ->
          new Input(
              Benchmark.normal(arena, (long) w.voxels() * w.dimension(), 1),
              Benchmark.normal(arena, (long) w.classes() * w.dimension(), 2));
      case Benchmark.Entropy w ->
          new Input(
              Benchmark.normal(arena, (long) w.passes() * w.classes() * w.voxels(), 1),
              arena.allocate(0));
    };
  }

  float[] firstArray() {
    return first.toArray(ValueLayout.JAVA_FLOAT);
  }

  float[] secondArray() {
    return second.toArray(ValueLayout.JAVA_FLOAT);
  }
}
