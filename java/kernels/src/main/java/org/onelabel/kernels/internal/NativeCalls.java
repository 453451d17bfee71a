package org.onelabel.kernels.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.GridSize;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.Summary;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.kernels.internal.binding.KernelFunctions;
import org.onelabel.kernels.internal.memory.CallMemory;

/** The call of each kernel but the searches, from its record to the native function's arguments. */
final class NativeCalls {
  private final NativeContext context;
  private final KernelFunctions kernels;

  NativeCalls(NativeContext context) {
    this.context = context;
    kernels = context.library().kernels();
  }

  long run(PrototypeCosine call, boolean counted) {
    FeatureMatrix f = call.features();
    double work = (double) f.count() * f.dimension() * call.classes();
    CallMemory memory = context.begin("prototype-cosine", work);
    try {
      memory.use(f.data());
      memory.use(call.prototypes());
      memory.use(call.scores());
      memory.use(call.labels());
      memory.use(call.margins());
      MemorySegment invalid = memory.counters();
      context.checkCall(
          "prototype-cosine",
          kernels.prototypeCosine(
              memory.isPinned(),
              context.handle(),
              memory.input("features", f.data(), f.type().bytes()),
              f.type().code(),
              f.layout().code(),
              f.count(),
              f.dimension(),
              f.stride(),
              memory.input("prototypes", call.prototypes(), 4),
              call.classes(),
              memory.output("scores", call.scores(), 4),
              memory.output("labels", call.labels(), 1),
              memory.output("margins", call.margins(), 4),
              counted ? invalid : MemorySegment.NULL));
      memory.finish();
      return counted ? invalid.get(ValueLayout.JAVA_LONG, 0) : 0;
    } finally {
      context.end(memory);
    }
  }

  void run(UpsampleArgmax call) {
    GridSize from = call.from();
    GridSize to = call.to();
    double work = (double) to.x() * to.y() * to.z() * call.classes();
    CallMemory memory = context.begin("upsample-argmax", work);
    try {
      memory.use(call.scores());
      memory.use(call.labels());
      memory.use(call.margins());
      context.checkCall(
          "upsample-argmax",
          kernels.upsampleArgmax(
              memory.isPinned(),
              context.handle(),
              memory.input("scores", call.scores(), 4),
              call.classes(),
              from.x(),
              from.y(),
              from.z(),
              to.x(),
              to.y(),
              to.z(),
              call.interpolation().code(),
              memory.output("labels", call.labels(), 1),
              memory.output("margins", call.margins(), 4)));
      memory.finish();
    } finally {
      context.end(memory);
    }
  }

  long run(VoxelEntropy call, boolean counted) {
    VoxelEntropy.Predictions p = call.predictions();
    // An exponential and a logarithm weigh about ten multiply-adds.
    double work = 10.0 * p.passes() * p.classes() * p.voxels();
    CallMemory memory = context.begin("entropy", work);
    try {
      memory.use(p.values());
      memory.use(call.mean());
      memory.use(call.entropy());
      memory.use(call.labels());
      memory.use(call.mutualInformation());
      MemorySegment invalid = memory.counters();
      context.checkCall(
          "entropy",
          kernels.entropy(
              memory.isPinned(),
              context.handle(),
              memory.input("input", p.values(), 4),
              p.kind().code(),
              p.passes(),
              p.classes(),
              p.voxels(),
              memory.output("mean", call.mean(), 4),
              memory.output("entropy", call.entropy(), 4),
              memory.output("labels", call.labels(), 1),
              memory.output("mutual_information", call.mutualInformation(), 4),
              counted ? invalid : MemorySegment.NULL));
      memory.finish();
      return counted ? invalid.get(ValueLayout.JAVA_LONG, 0) : 0;
    } finally {
      context.end(memory);
    }
  }

  Summary summarise(Buffer values, long count, double... levels) {
    Summary.check(values, count, levels);
    CallMemory memory = context.begin("summary", count * (1 + 6.0 * levels.length));
    try (Arena arena = Arena.ofConfined()) {
      memory.use(values);
      MemorySegment mean = arena.allocate(ValueLayout.JAVA_DOUBLE);
      MemorySegment wanted = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, levels);
      MemorySegment found = arena.allocate(ValueLayout.JAVA_DOUBLE, levels.length);
      MemorySegment invalid = memory.counters();
      context.checkCall(
          "summary",
          kernels.summary(
              memory.isPinned(),
              context.handle(),
              memory.input("values", values, 4),
              count,
              memory.output("mean", Buffer.of(mean), 8),
              levels.length,
              memory.input("levels", Buffer.of(wanted), 8),
              memory.output("quantiles", Buffer.of(found), 8),
              invalid));
      memory.finish();
      return new Summary(
          mean.get(ValueLayout.JAVA_DOUBLE, 0),
          Arrays.stream(found.toArray(ValueLayout.JAVA_DOUBLE)).boxed().toList(),
          invalid.get(ValueLayout.JAVA_LONG, 0));
    } finally {
      context.end(memory);
    }
  }
}
