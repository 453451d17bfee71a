package org.onelabel.kernels.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.internal.memory.Allocation;
import org.onelabel.kernels.internal.memory.CallMemory;

/** Memory of a device: an address that Java cannot read or write through. */
final class DeviceAllocation extends Allocation {
  private final NativeContext context;
  private final boolean borrowed;

  private DeviceAllocation(
      NativeContext context, MemorySegment pointer, long bytes, boolean borrowed) {
    super(pointer, bytes);
    this.context = context;
    this.borrowed = borrowed;
  }

  static DeviceAllocation of(NativeContext context, long bytes) {
    requireSize(bytes);
    context.enter();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      context.check(context.device().allocate(context.handle(), bytes, out));
      return new DeviceAllocation(context, out.get(ValueLayout.ADDRESS, 0), bytes, false);
    } finally {
      context.leave();
    }
  }

  /** Memory that someone else frees. */
  static DeviceAllocation borrowed(NativeContext context, long address, long bytes) {
    if (address == 0 || bytes <= 0 || bytes > Long.MAX_VALUE - address) {
      throw new IllegalArgumentException("no memory: address " + address + ", bytes " + bytes);
    }
    return new DeviceAllocation(context, MemorySegment.ofAddress(address), bytes, true);
  }

  @Override
  public boolean isOnDevice() {
    return true;
  }

  @Override
  protected void copyFrom(MemorySegment host) {
    CallMemory memory = context.begin("copy", Double.MAX_VALUE);
    try {
      Buffer from = Buffer.of(host);
      memory.use(from);
      MemorySegment source = memory.input("from", from, 1);
      context.check(context.device().copy(context.handle(), pointer(), source, host.byteSize()));
    } finally {
      context.end(memory);
    }
  }

  @Override
  protected void copyTo(MemorySegment host) {
    CallMemory memory = context.begin("copy", Double.MAX_VALUE);
    try {
      Buffer to = Buffer.of(host);
      memory.use(to);
      MemorySegment target = memory.output("to", to, 1);
      context.check(context.device().copy(context.handle(), target, pointer(), host.byteSize()));
      memory.finish();
    } finally {
      context.end(memory);
    }
  }

  @Override
  protected void free() {
    if (borrowed || pointer().address() == 0) {
      return;
    }
    context.enter();
    try {
      context.check(context.device().free(context.handle(), pointer()));
    } finally {
      context.leave();
    }
  }
}
