package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The arrays of one call, checked as they are named: none is too short, none that is written is
 * read-only, and none that is written overlaps another. An implementation may read an input after
 * it has written some outputs, in any order, so an overlap would give a wrong answer.
 */
final class Buffers {
  private record Buffer(String name, MemorySegment memory, long bytes, boolean written) {}

  private final List<Buffer> all = new ArrayList<>();

  /** Bytes of {@code elements} of {@code factors} bytes each, multiplied. */
  static long bytes(String name, long elements, long... factors) {
    long bytes = elements;
    try {
      for (long factor : factors) {
        bytes = Math.multiplyExact(bytes, factor);
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(name + " has more bytes than can be addressed", e);
    }
    if (bytes < 0) {
      throw new IllegalArgumentException(name + " has a negative size");
    }
    return bytes;
  }

  /** Refuses memory that is shorter than {@code bytes}. */
  static void require(String name, MemorySegment memory, long bytes) {
    long size = DeviceMemory.sizeOf(memory);
    if (size < bytes) {
      throw new IllegalArgumentException(
          "%s needs %d bytes, the memory has %d".formatted(name, bytes, size));
    }
  }

  /** Memory that is read. */
  Buffers input(String name, MemorySegment memory, long elements, long... factors) {
    return add(name, Objects.requireNonNull(memory, name), false, elements, factors);
  }

  /** The same, or null. */
  Buffers optionalInput(String name, MemorySegment memory, long elements, long... factors) {
    return add(name, memory, false, elements, factors);
  }

  /** Memory that is written. */
  Buffers output(String name, MemorySegment memory, long elements, long... factors) {
    return add(name, Objects.requireNonNull(memory, name), true, elements, factors);
  }

  /** The same, or null. */
  Buffers optionalOutput(String name, MemorySegment memory, long elements, long... factors) {
    return add(name, memory, true, elements, factors);
  }

  private Buffers add(
      String name, MemorySegment memory, boolean written, long elements, long... factors) {
    long bytes = bytes(name, elements, factors);
    if (memory == null) {
      return this;
    }
    require(name, memory, bytes);
    if (written) {
      requireWritable(name, memory);
    }
    Buffer added = new Buffer(name, memory, bytes, written);
    for (Buffer other : all) {
      if ((written || other.written) && overlap(added, other)) {
        throw new IllegalArgumentException(
            written
                ? "the output %s overlaps %s".formatted(name, other.name)
                : "the output %s overlaps %s".formatted(other.name, name));
      }
    }
    all.add(added);
    return this;
  }

  static void requireWritable(String name, MemorySegment memory) {
    if (memory.isReadOnly()) {
      throw new IllegalArgumentException("the output " + name + " is read-only memory");
    }
  }

  private static boolean overlap(Buffer a, Buffer b) {
    if (a.bytes == 0 || b.bytes == 0 || a.memory.isNative() != b.memory.isNative()) {
      return false;
    }
    if (a.memory.isNative()) {
      // A device's memory has no size that Java knows.
      return a.memory.address() < b.memory.address() + b.bytes
          && b.memory.address() < a.memory.address() + a.bytes;
    }
    return a.memory
        .asSlice(0, a.bytes)
        .asOverlappingSlice(b.memory.asSlice(0, b.bytes))
        .isPresent();
  }
}
