package org.onelabel.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * Calls of native functions, each shape of arguments typed, so that a call boxes and allocates
 * nothing. The first argument is the function's address. The kernels have one more: whether they
 * are called "critical", which takes heap memory and holds up the garbage collector.
 */
final class Downcalls {
  private static final MethodHandle INTEGER = plain(status());
  private static final MethodHandle INTEGER_1 = plain(status(ADDRESS));
  private static final MethodHandle INTEGER_2 = plain(status(ADDRESS, ADDRESS));
  private static final MethodHandle INTEGER_3 = plain(status(ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle INTEGER_4 = plain(status(ADDRESS, ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle CREATE = plain(status(JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle ALLOCATE = plain(status(ADDRESS, JAVA_LONG, ADDRESS));
  private static final MethodHandle COPY = plain(status(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle POINTER = plain(FunctionDescriptor.of(ADDRESS));
  private static final MethodHandle POINTER_1 = plain(FunctionDescriptor.of(ADDRESS, ADDRESS));
  private static final MethodHandle NOTHING_1 = plain(FunctionDescriptor.ofVoid(ADDRESS));

  private static final MethodHandle PROTOTYPE_COSINE =
      either(
          status(
              ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS,
              JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle UPSAMPLE_ARGMAX =
      either(
          status(
              ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle ENTROPY =
      either(
          status(
              ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS,
              ADDRESS, ADDRESS));
  private static final MethodHandle SUMMARY =
      either(
          status(
              ADDRESS,
              ADDRESS,
              JAVA_LONG,
              ADDRESS,
              JAVA_INT,
              JAVA_DOUBLE,
              JAVA_DOUBLE,
              ADDRESS,
              JAVA_INT,
              ADDRESS,
              ADDRESS,
              ADDRESS));
  private static final MethodHandle KNN =
      either(
          status(
              ADDRESS,
              ADDRESS,
              JAVA_LONG,
              JAVA_LONG,
              ADDRESS,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_INT,
              JAVA_INT,
              JAVA_INT,
              ADDRESS,
              ADDRESS,
              ADDRESS,
              ADDRESS,
              JAVA_INT,
              JAVA_FLOAT,
              ADDRESS,
              JAVA_INT,
              JAVA_INT,
              ADDRESS,
              ADDRESS));

  private Downcalls() {}

  private static FunctionDescriptor status(MemoryLayout... arguments) {
    return FunctionDescriptor.of(JAVA_INT, arguments);
  }

  private static MethodHandle plain(FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(descriptor);
  }

  /** A handle whose first argument chooses; being a constant, it is compiled into the caller. */
  private static MethodHandle either(FunctionDescriptor descriptor) {
    MethodHandle critical =
        Linker.nativeLinker().downcallHandle(descriptor, Linker.Option.critical(true));
    return MethodHandles.guardWithTest(
        MethodHandles.identity(boolean.class),
        MethodHandles.dropArguments(critical, 0, boolean.class),
        MethodHandles.dropArguments(plain(descriptor), 0, boolean.class));
  }

  /** The one place where the bindings' undeclared throwables end. */
  private static RuntimeException failed(Throwable e) {
    return switch (e) {
      case RuntimeException mistake -> mistake;
      case Error error -> throw error;
      default -> new KernelException("the call failed", e);
    };
  }

  static int integer(MemorySegment function) {
    try {
      return (int) INTEGER.invokeExact(function);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int integer(MemorySegment function, MemorySegment a) {
    try {
      return (int) INTEGER_1.invokeExact(function, a);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int integer(MemorySegment function, MemorySegment a, MemorySegment b) {
    try {
      return (int) INTEGER_2.invokeExact(function, a, b);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int integer(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c) {
    try {
      return (int) INTEGER_3.invokeExact(function, a, b, c);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int integer(
      MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d) {
    try {
      return (int) INTEGER_4.invokeExact(function, a, b, c, d);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int create(MemorySegment function, int threads, MemorySegment isa, MemorySegment out) {
    try {
      return (int) CREATE.invokeExact(function, threads, isa, out);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int allocate(
      MemorySegment function, MemorySegment context, long bytes, MemorySegment out) {
    try {
      return (int) ALLOCATE.invokeExact(function, context, bytes, out);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int copy(
      MemorySegment function,
      MemorySegment context,
      MemorySegment to,
      MemorySegment from,
      long bytes) {
    try {
      return (int) COPY.invokeExact(function, context, to, from, bytes);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static MemorySegment pointer(MemorySegment function) {
    try {
      return (MemorySegment) POINTER.invokeExact(function);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static MemorySegment pointer(MemorySegment function, MemorySegment a) {
    try {
      return (MemorySegment) POINTER_1.invokeExact(function, a);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static void nothing(MemorySegment function, MemorySegment a) {
    try {
      NOTHING_1.invokeExact(function, a);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int prototypeCosine(
      boolean critical,
      MemorySegment function,
      MemorySegment context,
      MemorySegment features,
      int type,
      int layout,
      long count,
      long dimension,
      long stride,
      MemorySegment prototypes,
      int classes,
      MemorySegment scores,
      MemorySegment labels,
      MemorySegment margins,
      MemorySegment invalid) {
    try {
      return (int)
          PROTOTYPE_COSINE.invokeExact(
              critical,
              function,
              context,
              features,
              type,
              layout,
              count,
              dimension,
              stride,
              prototypes,
              classes,
              scores,
              labels,
              margins,
              invalid);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int upsampleArgmax(
      boolean critical,
      MemorySegment function,
      MemorySegment context,
      MemorySegment scores,
      int classes,
      long inX,
      long inY,
      long inZ,
      long outX,
      long outY,
      long outZ,
      int mode,
      MemorySegment labels,
      MemorySegment margins) {
    try {
      return (int)
          UPSAMPLE_ARGMAX.invokeExact(
              critical, function, context, scores, classes, inX, inY, inZ, outX, outY, outZ, mode,
              labels, margins);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int entropy(
      boolean critical,
      MemorySegment function,
      MemorySegment context,
      MemorySegment input,
      int kind,
      long passes,
      int classes,
      long voxels,
      MemorySegment mean,
      MemorySegment entropy,
      MemorySegment labels,
      MemorySegment mutualInformation,
      MemorySegment invalid) {
    try {
      return (int)
          ENTROPY.invokeExact(
              critical,
              function,
              context,
              input,
              kind,
              passes,
              classes,
              voxels,
              mean,
              entropy,
              labels,
              mutualInformation,
              invalid);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** Without a histogram. */
  static int summary(
      boolean critical,
      MemorySegment function,
      MemorySegment context,
      MemorySegment values,
      long count,
      MemorySegment mean,
      int quantileCount,
      MemorySegment levels,
      MemorySegment quantiles,
      MemorySegment invalid) {
    try {
      return (int)
          SUMMARY.invokeExact(
              critical,
              function,
              context,
              values,
              count,
              mean,
              0,
              0.0,
              0.0,
              MemorySegment.NULL,
              quantileCount,
              levels,
              quantiles,
              invalid);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int knn(
      boolean critical,
      MemorySegment function,
      MemorySegment context,
      MemorySegment queries,
      long queryCount,
      long queryStride,
      MemorySegment database,
      long databaseCount,
      long databaseStride,
      long dimension,
      int type,
      int metric,
      int k,
      MemorySegment allowed,
      MemorySegment excluded,
      MemorySegment indices,
      MemorySegment scores,
      int vote,
      float temperature,
      MemorySegment labels,
      int labelKind,
      int classes,
      MemorySegment votes,
      MemorySegment invalid) {
    try {
      return (int)
          KNN.invokeExact(
              critical,
              function,
              context,
              queries,
              queryCount,
              queryStride,
              database,
              databaseCount,
              databaseStride,
              dimension,
              type,
              metric,
              k,
              allowed,
              excluded,
              indices,
              scores,
              vote,
              temperature,
              labels,
              labelKind,
              classes,
              votes,
              invalid);
    } catch (Throwable e) {
      throw failed(e);
    }
  }
}
