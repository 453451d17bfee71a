package org.onelabel.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The C ABI behind the Java interface, of the CPU and of CUDA. */
final class NativeKernels implements Kernels {
  private static final int INVALID_ARGUMENT = 1;

  private final Implementation implementation;
  private final NativeLibrary library;
  private final Candidate candidate;
  private final boolean guarded;
  private final MemorySegment context;
  private final String instructionSet;
  private final int threads;
  private final Lifetime lifetime = new Lifetime("these kernels are closed");

  /** Kernels on {@code isa} (of CUDA: devices), or on the best instruction set if that is null. */
  NativeKernels(Implementation implementation, NativeLibrary library, int threads, String isa) {
    this(implementation, library, null, false, threads, isa);
  }

  /** The CPU's with those of a candidate among them. */
  NativeKernels(Candidate candidate, NativeLibrary library, int threads, boolean guarded) {
    this(Implementation.CPU, library, candidate, guarded, threads, null);
  }

  private NativeKernels(
      Implementation implementation,
      NativeLibrary library,
      Candidate candidate,
      boolean guarded,
      int threads,
      String isa) {
    this.implementation = implementation;
    this.library = library;
    this.candidate = candidate;
    this.guarded = guarded;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      MemorySegment name = isa == null ? MemorySegment.NULL : arena.allocateFrom(isa);
      check(Downcalls.create(library.create, threads, name, out));
      context = out.get(ValueLayout.ADDRESS, 0);
    }
    instructionSet = NativeLibrary.text(Downcalls.pointer(library.isa, context));
    this.threads = Downcalls.integer(library.threads, context);
  }

  @Override
  public Implementation implementation() {
    return implementation;
  }

  @Override
  public String instructionSet() {
    return instructionSet;
  }

  @Override
  public int threads() {
    return threads;
  }

  @Override
  public Bounds measureBounds() {
    lifetime.enter();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rates = arena.allocate(ValueLayout.JAVA_DOUBLE, 3);
      check(
          Downcalls.integer(
              library.measureBounds, context, rates, rates.asSlice(8), rates.asSlice(16)));
      return new Bounds(
          rates.getAtIndex(ValueLayout.JAVA_DOUBLE, 0),
          rates.getAtIndex(ValueLayout.JAVA_DOUBLE, 1),
          rates.getAtIndex(ValueLayout.JAVA_DOUBLE, 2));
    } finally {
      lifetime.leave();
    }
  }

  @Override
  public DeviceMemory allocate(long bytes) {
    DeviceMemory.requireSize(bytes);
    lifetime.enter();
    try (Arena arena = Arena.ofConfined()) {
      if (library.device == null) {
        return DeviceMemory.onHost(bytes);
      }
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      check(Downcalls.allocate(library.device.allocate(), context, bytes, out));
      return DeviceMemory.onDevice(this, out.get(ValueLayout.ADDRESS, 0), bytes);
    } finally {
      lifetime.leave();
    }
  }

  @Override
  public Device device() {
    return library.device == null ? null : new Device(this);
  }

  NativeLibrary.DeviceFunctions functions() {
    return library.device;
  }

  void copyToDevice(MemorySegment to, MemorySegment from) {
    CallMemory memory = begin("copy", Double.MAX_VALUE);
    try {
      memory.use(from);
      MemorySegment source = memory.input("from", from, 1);
      check(Downcalls.copy(library.device.copy(), context, to, source, from.byteSize()));
    } finally {
      end(memory);
    }
  }

  void copyFromDevice(MemorySegment to, MemorySegment from) {
    CallMemory memory = begin("copy", Double.MAX_VALUE);
    try {
      memory.use(to);
      MemorySegment target = memory.output("to", to, 1);
      check(Downcalls.copy(library.device.copy(), context, target, from, to.byteSize()));
      memory.finish();
    } finally {
      end(memory);
    }
  }

  void free(MemorySegment address) {
    lifetime.enter();
    try {
      check(Downcalls.integer(library.device.free(), context, address));
    } finally {
      lifetime.leave();
    }
  }

  void synchronise() {
    lifetime.enter();
    try {
      check(Downcalls.integer(library.device.synchronise(), context));
    } finally {
      lifetime.leave();
    }
  }

  String deviceName() {
    lifetime.enter();
    try {
      return NativeLibrary.text(Downcalls.pointer(library.device.name(), context));
    } finally {
      lifetime.leave();
    }
  }

  long stream() {
    lifetime.enter();
    try {
      return Downcalls.pointer(library.device.stream(), context).address();
    } finally {
      lifetime.leave();
    }
  }

  DeviceEvent record() {
    lifetime.enter();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      check(Downcalls.integer(library.device.record(), context, out));
      return new DeviceEvent(this, out.get(ValueLayout.ADDRESS, 0));
    } finally {
      lifetime.leave();
    }
  }

  void await(DeviceEvent event) {
    lifetime.enter();
    try {
      event.whileOpen(handle -> check(Downcalls.integer(library.device.await(), context, handle)));
    } finally {
      lifetime.leave();
    }
  }

  @Override
  public long run(PrototypeCosine call) {
    return run(call, true);
  }

  long run(PrototypeCosine call, boolean counted) {
    FeatureMatrix f = call.features();
    double work = (double) f.count() * f.dimension() * call.classes();
    CallMemory memory = begin("prototype-cosine", work);
    try {
      memory.use(f.data());
      memory.use(call.prototypes());
      memory.use(call.scores());
      memory.use(call.labels());
      memory.use(call.margins());
      MemorySegment invalid = memory.counters();
      checkCall(
          "prototype-cosine",
          Downcalls.prototypeCosine(
              memory.isPinned(),
              library.prototypeCosine,
              context,
              memory.input("features", f.data(), f.type().bytes()),
              f.type().ordinal(),
              f.layout().ordinal(),
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
      end(memory);
    }
  }

  @Override
  public void run(UpsampleArgmax call) {
    double work = (double) call.to(0) * call.to(1) * call.to(2) * call.classes();
    CallMemory memory = begin("upsample-argmax", work);
    try {
      memory.use(call.scores());
      memory.use(call.labels());
      memory.use(call.margins());
      checkCall(
          "upsample-argmax",
          Downcalls.upsampleArgmax(
              memory.isPinned(),
              library.upsampleArgmax,
              context,
              memory.input("scores", call.scores(), 4),
              call.classes(),
              call.from(0),
              call.from(1),
              call.from(2),
              call.to(0),
              call.to(1),
              call.to(2),
              call.interpolation().ordinal(),
              memory.output("labels", call.labels(), 1),
              memory.output("margins", call.margins(), 4)));
      memory.finish();
    } finally {
      end(memory);
    }
  }

  @Override
  public long run(VoxelEntropy call) {
    return run(call, true);
  }

  long run(VoxelEntropy call, boolean counted) {
    // An exponential and a logarithm weigh about ten multiply-adds.
    double work = 10.0 * call.passes() * call.classes() * call.voxels();
    CallMemory memory = begin("entropy", work);
    try {
      memory.use(call.input());
      memory.use(call.mean());
      memory.use(call.entropy());
      memory.use(call.labels());
      memory.use(call.mutualInformation());
      MemorySegment invalid = memory.counters();
      checkCall(
          "entropy",
          Downcalls.entropy(
              memory.isPinned(),
              library.entropy,
              context,
              memory.input("input", call.input(), 4),
              call.kind().ordinal(),
              call.passes(),
              call.classes(),
              call.voxels(),
              memory.output("mean", call.mean(), 4),
              memory.output("entropy", call.entropy(), 4),
              memory.output("labels", call.labels(), 1),
              memory.output("mutual_information", call.mutualInformation(), 4),
              counted ? invalid : MemorySegment.NULL));
      memory.finish();
      return counted ? invalid.get(ValueLayout.JAVA_LONG, 0) : 0;
    } finally {
      end(memory);
    }
  }

  @Override
  public long run(NearestNeighbours call) {
    return run(call, true);
  }

  long run(NearestNeighbours call, boolean counted) {
    FeatureMatrix q = call.queries();
    FeatureMatrix m = call.database();
    NearestNeighbours.Vote vote = call.vote();
    double work = (double) q.count() * m.count() * q.dimension();
    MemorySegment labels = vote == null ? null : vote.labels();
    MemorySegment votes = vote == null ? null : vote.votes();
    boolean soft = vote != null && vote.soft();
    CallMemory memory = begin("knn", work);
    try {
      memory.use(q.data());
      memory.use(m.data());
      memory.use(call.allowed());
      memory.use(call.excluded());
      memory.use(call.indices());
      memory.use(call.scores());
      memory.use(labels);
      memory.use(votes);
      MemorySegment invalid = memory.counters();
      checkCall(
          "knn",
          Downcalls.knn(
              memory.isPinned(),
              library.knn,
              context,
              memory.input("queries", q.data(), q.type().bytes()),
              q.count(),
              q.stride(),
              memory.input("database", m.data(), m.type().bytes()),
              m.count(),
              m.stride(),
              q.dimension(),
              q.type().ordinal(),
              call.metric().ordinal(),
              call.k(),
              memory.input("allowed", call.allowed(), 1),
              memory.input("excluded", call.excluded(), 8),
              memory.output("indices", call.indices(), 8),
              memory.output("scores", call.scores(), 4),
              vote == null ? 0 : 1 + vote.weighting().ordinal(),
              vote == null ? 1f : vote.temperature(),
              memory.input("labels", labels, soft ? 4 : 1),
              soft ? 1 : 0,
              vote == null ? 0 : vote.classes(),
              memory.output("votes", votes, 4),
              counted ? invalid : MemorySegment.NULL));
      memory.finish();
      return counted
          ? invalid.get(ValueLayout.JAVA_LONG, 0) + invalid.get(ValueLayout.JAVA_LONG, 8)
          : 0;
    } finally {
      end(memory);
    }
  }

  @Override
  public Summary summarise(MemorySegment values, long count, double... levels) {
    Summary.check(values, count, levels);
    CallMemory memory = begin("summary", count * (1 + 6.0 * levels.length));
    try (Arena arena = Arena.ofConfined()) {
      memory.use(values);
      MemorySegment mean = arena.allocate(ValueLayout.JAVA_DOUBLE);
      MemorySegment wanted = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, levels);
      MemorySegment found = arena.allocate(ValueLayout.JAVA_DOUBLE, levels.length);
      MemorySegment invalid = memory.counters();
      checkCall(
          "summary",
          Downcalls.summary(
              memory.isPinned(),
              library.summary,
              context,
              memory.input("values", values, 4),
              count,
              memory.output("mean", mean, 8),
              levels.length,
              memory.input("levels", wanted, 8),
              memory.output("quantiles", found, 8),
              invalid));
      memory.finish();
      return new Summary(
          mean.get(ValueLayout.JAVA_DOUBLE, 0),
          Arrays.stream(found.toArray(ValueLayout.JAVA_DOUBLE)).boxed().toList(),
          invalid.get(ValueLayout.JAVA_LONG, 0));
    } finally {
      end(memory);
    }
  }

  /** Begins a call of {@code work} multiply-adds, which {@link #end} ends. */
  private CallMemory begin(String kernel, double work) {
    lifetime.enter();
    if (candidate != null) {
      candidate.begins();
    }
    if (guarded) {
      return new GuardedMemory(kernel);
    }
    // A device may be busy with others: the garbage collector must not wait for it, nor for a
    // candidate, which may never return.
    boolean mayPin = library.device == null && candidate == null && work <= PINNED_WORK;
    return CallMemory.begin(library.device != null, mayPin);
  }

  private void end(CallMemory memory) {
    memory.close();
    if (candidate != null) {
      candidate.ends();
    }
    lifetime.leave();
  }

  /** {@link #check} of a kernel, which is a candidate's perhaps. */
  private void checkCall(String kernel, int status) {
    if (status != 0 && candidate != null && candidate.kernels().contains(kernel)) {
      String why = why();
      throw new KernelException(
          "%s answered status %d %s"
              .formatted(kernel, status, why.isEmpty() ? "without a text" : "(" + why + ")"));
    }
    check(status);
  }

  void check(int status) {
    if (status == 0) {
      return;
    }
    String why = why();
    if (status == INVALID_ARGUMENT) {
      throw new IllegalArgumentException(why);
    }
    throw new KernelException(why.isEmpty() ? "status " + status + " without a text" : why);
  }

  private String why() {
    return NativeLibrary.text(Downcalls.pointer(library.lastError));
  }

  @Override
  public void close() {
    if (lifetime.close()) {
      Downcalls.nothing(library.destroy, context);
    }
  }
}
