package org.onelabel.kernels.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.internal.binding.DeviceFunctions;
import org.onelabel.kernels.internal.binding.NativeLibrary;
import org.onelabel.kernels.internal.binding.Status;
import org.onelabel.kernels.internal.memory.CallMemory;
import org.onelabel.kernels.internal.memory.GuardedMemory;
import org.onelabel.kernels.internal.memory.Lifetime;

/** A context of a library, open while calls run in it; what calls answer becomes exceptions. */
final class NativeContext implements AutoCloseable {
  private final NativeLibrary library;
  private final Optional<Trial> trial;
  private final MemorySegment handle;
  private final Lifetime lifetime = new Lifetime("these kernels are closed");

  /** On {@code variant} (an instruction set, or devices), or on the best there is. */
  NativeContext(
      NativeLibrary library, int threads, Optional<String> variant, Optional<Trial> trial) {
    this.library = library;
    this.trial = trial;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      MemorySegment name = variant.map(arena::allocateFrom).orElse(MemorySegment.NULL);
      check(library.context().create(threads, name, out));
      handle = out.get(ValueLayout.ADDRESS, 0);
    }
  }

  /** With the threads or devices of another one; its calls can be cancelled apart. */
  private NativeContext(NativeContext other) {
    library = other.library;
    trial = other.trial;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      check(library.context().share(other.handle, out));
      handle = out.get(ValueLayout.ADDRESS, 0);
    }
  }

  /** Another one with the same threads or devices. */
  NativeContext share() {
    lifetime.enter();
    try {
      return new NativeContext(this);
    } finally {
      lifetime.leave();
    }
  }

  /** Ends its calls, for good; of a closed one there are none. */
  void cancel() {
    try {
      lifetime.enter();
    } catch (IllegalStateException _) {
      return;
    }
    try {
      library.context().cancel(handle);
    } finally {
      lifetime.leave();
    }
  }

  NativeLibrary library() {
    return library;
  }

  MemorySegment handle() {
    return handle;
  }

  boolean isOnDevice() {
    return library.device().isPresent();
  }

  /** The functions of a device. */
  DeviceFunctions device() {
    return library
        .device()
        .orElseThrow(() -> new IllegalStateException("these kernels work on no device"));
  }

  /** Keeps the context open until {@link #leave()}. */
  void enter() {
    lifetime.enter();
  }

  void leave() {
    lifetime.leave();
  }

  /** Begins a call of {@code work} multiply-adds, which {@link #end} ends. */
  CallMemory begin(String kernel, double work) {
    lifetime.enter();
    if (trial.isPresent()) {
      trial.get().clock().begin();
      if (trial.get().guarded()) {
        return new GuardedMemory(kernel);
      }
    }
    // A device may be busy with others: the garbage collector must not wait for it, nor for a
    // candidate, which may never return.
    boolean mayPin = !isOnDevice() && trial.isEmpty() && work <= Kernels.PINNED_WORK;
    return CallMemory.begin(isOnDevice(), mayPin);
  }

  void end(CallMemory memory) {
    memory.close();
    if (trial.isPresent()) {
      trial.get().clock().end();
    }
    lifetime.leave();
  }

  /** {@link #check} of a kernel, which is a candidate's perhaps. */
  void checkCall(String kernel, int status) {
    if (status != Status.OK.code() && trial.isPresent() && trial.get().kernels().contains(kernel)) {
      String why = library.context().lastError();
      throw new KernelException(
          "%s answered status %d %s"
              .formatted(kernel, status, why.isEmpty() ? "without a text" : "(" + why + ")"));
    }
    check(status);
  }

  /** Throws what a status means. */
  void check(int status) {
    if (status == Status.OK.code()) {
      return;
    }
    String why = library.context().lastError();
    if (status == Status.INVALID_ARGUMENT.code()) {
      throw new IllegalArgumentException(why);
    }
    if (status == Status.CANCELLED.code()) {
      throw new CancellationException(why);
    }
    throw new KernelException(why.isEmpty() ? "status " + status + " without a text" : why);
  }

  @Override
  public void close() {
    if (lifetime.close()) {
      library.context().destroy(handle);
    }
  }
}
