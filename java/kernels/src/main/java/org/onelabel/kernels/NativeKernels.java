package org.onelabel.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** The C ABI behind the Java interface, of the CPU and of CUDA. */
final class NativeKernels implements Kernels {
  private static final int INVALID_ARGUMENT = 1;

  private final Implementation implementation;
  private final NativeLibrary library;
  private final MemorySegment context;
  private final String instructionSet;
  private final int threads;
  // Calls hold the read lock, close the write lock: the context outlives every call.
  private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();
  private boolean closed;

  /** Kernels on {@code isa} (of CUDA: devices), or on the best instruction set if that is null. */
  NativeKernels(Implementation implementation, NativeLibrary library, int threads, String isa) {
    this.implementation = implementation;
    this.library = library;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      MemorySegment name = isa == null ? MemorySegment.NULL : arena.allocateFrom(isa);
      check(NativeLibrary.callInt(library.create, threads, name, out));
      context = out.get(ValueLayout.ADDRESS, 0);
    }
    instructionSet = NativeLibrary.callString(library.isa, context);
    this.threads = NativeLibrary.callInt(library.threads, context);
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
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rates = arena.allocate(ValueLayout.JAVA_DOUBLE, 3);
      call(library.measureBounds, rates, rates.asSlice(8), rates.asSlice(16));
      return new Bounds(
          rates.getAtIndex(ValueLayout.JAVA_DOUBLE, 0),
          rates.getAtIndex(ValueLayout.JAVA_DOUBLE, 1),
          rates.getAtIndex(ValueLayout.JAVA_DOUBLE, 2));
    }
  }

  @Override
  public DeviceMemory allocate(long bytes) {
    if (library.device == null) {
      return DeviceMemory.onHost(bytes);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      call(library.device.allocate(), bytes, out);
      return DeviceMemory.onDevice(this, out.get(ValueLayout.ADDRESS, 0), bytes);
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
    try (Memory memory = new Memory(Long.MAX_VALUE, from)) {
      call(library.device.copy(), to, memory.input(from), from.byteSize());
    }
  }

  void copyFromDevice(MemorySegment to, MemorySegment from) {
    try (Memory memory = new Memory(Long.MAX_VALUE, to)) {
      call(library.device.copy(), memory.output(to), from, to.byteSize());
      memory.copyBack();
    }
  }

  void free(MemorySegment address) {
    call(library.device.free(), address);
  }

  void synchronise() {
    call(library.device.synchronise());
  }

  String deviceName() {
    return NativeLibrary.callString(library.device.name(), context);
  }

  long stream() {
    return ((MemorySegment) NativeLibrary.invoke(library.device.stream(), context)).address();
  }

  DeviceEvent record() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      call(library.device.record(), out);
      return new DeviceEvent(this, out.get(ValueLayout.ADDRESS, 0));
    }
  }

  void await(DeviceEvent event) {
    event.whileOpen(handle -> call(library.device.await(), handle));
  }

  /** Calls a function that takes no context. */
  void callFree(java.lang.invoke.MethodHandle function, Object... arguments) {
    check((int) NativeLibrary.invoke(function, arguments));
  }

  @Override
  public long run(PrototypeCosine call) {
    return run(call, true);
  }

  long run(PrototypeCosine call, boolean counted) {
    FeatureMatrix f = call.features();
    long work = f.count() * f.dimension() * call.classes();
    try (Memory memory =
        new Memory(
            work, f.data(), call.prototypes(), call.scores(), call.labels(), call.margins())) {
      MemorySegment invalid = memory.counter();
      call(
          memory.choose(library.prototypeCosine),
          memory.input(f.data()),
          f.type().ordinal(),
          f.layout().ordinal(),
          f.count(),
          f.dimension(),
          f.stride(),
          memory.input(call.prototypes()),
          call.classes(),
          memory.output(call.scores()),
          memory.output(call.labels()),
          memory.output(call.margins()),
          counted ? invalid : MemorySegment.NULL);
      memory.copyBack();
      return invalid.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  @Override
  public void run(UpsampleArgmax call) {
    int[] from = call.from();
    int[] to = call.to();
    long work = UpsampleArgmax.size(to) * call.classes();
    try (Memory memory = new Memory(work, call.scores(), call.labels(), call.margins())) {
      call(
          memory.choose(library.upsampleArgmax),
          memory.input(call.scores()),
          call.classes(),
          (long) from[0],
          (long) from[1],
          (long) from[2],
          (long) to[0],
          (long) to[1],
          (long) to[2],
          call.interpolation().ordinal(),
          memory.output(call.labels()),
          memory.output(call.margins()));
      memory.copyBack();
    }
  }

  @Override
  public long run(VoxelEntropy call) {
    return run(call, true);
  }

  long run(VoxelEntropy call, boolean counted) {
    // An exponential and a logarithm weigh about ten multiply-adds.
    long work = 10 * call.passes() * call.classes() * call.voxels();
    try (Memory memory =
        new Memory(
            work,
            call.input(),
            call.mean(),
            call.entropy(),
            call.labels(),
            call.mutualInformation())) {
      MemorySegment invalid = memory.counter();
      call(
          memory.choose(library.entropy),
          memory.input(call.input()),
          call.kind().ordinal(),
          call.passes(),
          call.classes(),
          call.voxels(),
          memory.output(call.mean()),
          memory.output(call.entropy()),
          memory.output(call.labels()),
          memory.output(call.mutualInformation()),
          counted ? invalid : MemorySegment.NULL);
      memory.copyBack();
      return invalid.get(ValueLayout.JAVA_LONG, 0);
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
    try (Memory memory =
        new Memory(
            (long) work,
            q.data(),
            m.data(),
            call.allowed(),
            call.excluded(),
            call.indices(),
            call.scores(),
            labels,
            votes)) {
      MemorySegment invalid = memory.counter();
      call(
          memory.choose(library.knn),
          memory.input(q.data()),
          q.count(),
          q.stride(),
          memory.input(m.data()),
          m.count(),
          m.stride(),
          q.dimension(),
          q.type().ordinal(),
          call.metric().ordinal(),
          call.k(),
          memory.input(call.allowed()),
          memory.input(call.excluded()),
          memory.output(call.indices()),
          memory.output(call.scores()),
          vote == null ? 0 : 1 + vote.weighting().ordinal(),
          vote == null ? 1f : vote.temperature(),
          memory.input(labels),
          vote != null && vote.soft() ? 1 : 0,
          vote == null ? 0 : vote.classes(),
          memory.output(votes),
          counted ? invalid : MemorySegment.NULL);
      memory.copyBack();
      return invalid.getAtIndex(ValueLayout.JAVA_LONG, 0)
          + invalid.getAtIndex(ValueLayout.JAVA_LONG, 1);
    }
  }

  @Override
  public Summary summarise(MemorySegment values, long count, double... levels) {
    Segments.require(values, "values", count, 4);
    try (Memory memory = new Memory(count * (1 + 6L * levels.length), values)) {
      MemorySegment mean = memory.arena.allocate(ValueLayout.JAVA_DOUBLE);
      MemorySegment wanted = memory.arena.allocateFrom(ValueLayout.JAVA_DOUBLE, levels);
      MemorySegment found =
          memory.arena.allocate(ValueLayout.JAVA_DOUBLE, Math.max(1, levels.length));
      MemorySegment invalid = memory.counter();
      call(
          memory.choose(library.summary),
          memory.input(values),
          count,
          mean,
          0,
          0.0,
          0.0,
          MemorySegment.NULL,
          levels.length,
          wanted,
          found,
          invalid);
      double[] quantiles = found.toArray(ValueLayout.JAVA_DOUBLE);
      return new Summary(
          mean.get(ValueLayout.JAVA_DOUBLE, 0),
          Arrays.stream(quantiles, 0, levels.length).boxed().toList(),
          invalid.get(ValueLayout.JAVA_LONG, 0));
    }
  }

  private void call(java.lang.invoke.MethodHandle function, Object... arguments) {
    lifetime.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("these kernels are closed");
      }
      List<Object> all = new ArrayList<>(arguments.length + 1);
      all.add(context);
      all.addAll(Arrays.asList(arguments));
      check((int) NativeLibrary.invoke(function, all.toArray()));
    } finally {
      lifetime.readLock().unlock();
    }
  }

  private void check(int status) {
    if (status == 0) {
      return;
    }
    String why = NativeLibrary.callString(library.lastError);
    if (status == INVALID_ARGUMENT) {
      throw new IllegalArgumentException(why);
    }
    throw new KernelException(why);
  }

  @Override
  public void close() {
    lifetime.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        NativeLibrary.invoke(library.destroy, context);
      }
    } finally {
      lifetime.writeLock().unlock();
    }
  }

  /** How the buffers of one call reach the native side: in place, pinned, or copied. */
  private final class Memory implements AutoCloseable {
    final Arena arena = Arena.ofConfined();
    private final boolean pinned;
    private final List<MemorySegment[]> copies = new ArrayList<>();

    Memory(long work, MemorySegment... buffers) {
      boolean heap = false;
      for (MemorySegment buffer : buffers) {
        heap |= buffer != null && !buffer.isNative();
        if (buffer != null && library.device == null && DeviceMemory.isDevice(buffer)) {
          throw new IllegalArgumentException("memory of a device is of no use to the CPU");
        }
      }
      // A device may be busy with others: the garbage collector must not wait for it.
      pinned = heap && library.device == null && work >= 0 && work <= PINNED_WORK;
    }

    java.lang.invoke.MethodHandle choose(NativeLibrary.Function function) {
      return pinned ? function.critical() : function.plain();
    }

    MemorySegment counter() {
      return arena.allocate(ValueLayout.JAVA_LONG, 2);
    }

    MemorySegment input(MemorySegment buffer) {
      if (buffer == null || DeviceMemory.sizeOf(buffer) == 0) {
        return MemorySegment.NULL;
      }
      if (buffer.isNative() || pinned) {
        return buffer;
      }
      return arena.allocate(buffer.byteSize(), 64).copyFrom(buffer);
    }

    MemorySegment output(MemorySegment buffer) {
      if (buffer == null || DeviceMemory.sizeOf(buffer) == 0) {
        return MemorySegment.NULL;
      }
      if (buffer.isNative() || pinned) {
        return buffer;
      }
      MemorySegment copy = arena.allocate(buffer.byteSize(), 64);
      copies.add(new MemorySegment[] {buffer, copy});
      return copy;
    }

    void copyBack() {
      copies.forEach(pair -> pair[0].copyFrom(pair[1]));
    }

    @Override
    public void close() {
      arena.close();
    }
  }
}
