package org.onelabel.kernels;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The arrays of one call, checked as they are named: none is too short, none that is written is
 * read-only, and none that is written overlaps another. An implementation may read an input after
 * it has written some outputs, in any order, so an overlap would give a wrong answer.
 */
final class CallArrays {
  private record Array(String name, Buffer buffer, long bytes, boolean written) {
    boolean overlaps(Array other) {
      if (bytes == 0 || other.bytes == 0 || isNative() != other.isNative()) {
        return false;
      }
      if (isNative()) {
        return address() < other.address() + other.bytes && other.address() < address() + bytes;
      }
      return segment()
          .asSlice(0, bytes)
          .asOverlappingSlice(other.segment().asSlice(0, other.bytes))
          .isPresent();
    }

    private boolean isNative() {
      return !(buffer instanceof HostBuffer host) || host.segment().isNative();
    }

    private long address() {
      return switch (buffer) {
        case HostBuffer host -> host.segment().address();
        case DeviceBuffer device -> device.address();
      };
    }

    private MemorySegment segment() {
      return switch (buffer) {
        case HostBuffer host -> host.segment();
        case DeviceBuffer _ -> throw new IllegalStateException("no array of the heap");
      };
    }
  }

  private final List<Array> all = new ArrayList<>();

  /** The inputs of a search, whose sides fit each other. */
  static CallArrays ofSearch(
      FeatureMatrix queries,
      NearestNeighbours.Database database,
      NearestNeighbours.Metric metric,
      NearestNeighbours.Filter filter) {
    Objects.requireNonNull(queries, "queries");
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(metric, "metric");
    requireRows("queries", queries);
    if (queries.dimension() != database.dimension() || queries.type() != database.type()) {
      throw new IllegalArgumentException("queries and database differ in dimension or type");
    }
    CallArrays arrays = new CallArrays().input("queries", queries.data(), queries.bytes());
    switch (database) {
      case FeatureMatrix matrix -> {
        requireRows("database", matrix);
        arrays.input("database", matrix.data(), matrix.bytes());
      }
      case PreparedDatabase.Rows rows -> requireMetric(rows.database().metric(), metric);
    }
    long rows = database.count();
    return arrays
        .input("allowed", filter.allowed(), rows / 8 + (rows % 8 == 0 ? 0 : 1))
        .input("excluded", filter.excluded(), queries.count(), 16);
  }

  /** Refuses channels. */
  static void requireRows(String name, FeatureMatrix matrix) {
    if (matrix.layout() != FeatureMatrix.Layout.ROWS) {
      throw new IllegalArgumentException(name + " must be rows, not channels");
    }
  }

  private static void requireMetric(
      NearestNeighbours.Metric prepared, NearestNeighbours.Metric wanted) {
    if (prepared != wanted) {
      throw new IllegalArgumentException(
          "the database is prepared for %s, not for %s".formatted(prepared, wanted));
    }
  }

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
  static void require(String name, Buffer buffer, long bytes) {
    long size = buffer.byteSize();
    if (size < bytes) {
      throw new IllegalArgumentException(
          "%s needs %d bytes, the memory has %d".formatted(name, bytes, size));
    }
  }

  /** Memory that is read. */
  CallArrays input(String name, Buffer buffer, long elements, long... factors) {
    return add(name, buffer, false, bytes(name, elements, factors));
  }

  /** The same where it is wanted; its size is checked in any case. */
  CallArrays input(String name, Optional<Buffer> buffer, long elements, long... factors) {
    long bytes = bytes(name, elements, factors);
    buffer.ifPresent(given -> add(name, given, false, bytes));
    return this;
  }

  /** Memory that is written. */
  CallArrays output(String name, Buffer buffer, long elements, long... factors) {
    return add(name, buffer, true, bytes(name, elements, factors));
  }

  /** The same where it is wanted; its size is checked in any case. */
  CallArrays output(String name, Optional<Buffer> buffer, long elements, long... factors) {
    long bytes = bytes(name, elements, factors);
    buffer.ifPresent(given -> add(name, given, true, bytes));
    return this;
  }

  private CallArrays add(String name, Buffer buffer, boolean written, long bytes) {
    Objects.requireNonNull(buffer, name);
    require(name, buffer, bytes);
    if (written && buffer instanceof HostBuffer host && host.segment().isReadOnly()) {
      throw new IllegalArgumentException("the output " + name + " is read-only memory");
    }
    Array added = new Array(name, buffer, bytes, written);
    for (Array other : all) {
      if ((written || other.written) && added.overlaps(other)) {
        throw new IllegalArgumentException(
            written
                ? "the output %s overlaps %s".formatted(name, other.name)
                : "the output %s overlaps %s".formatted(other.name, name));
      }
    }
    all.add(added);
    return this;
  }
}
