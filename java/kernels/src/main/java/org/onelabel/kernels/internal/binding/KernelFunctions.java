package org.onelabel.kernels.internal.binding;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The kernels of a library but for its searches, one typed method each, so that a call boxes and
 * allocates nothing. A pinned call takes heap memory and holds up the garbage collector.
 */
public final class KernelFunctions {
  private static final MethodHandle PROTOTYPE_COSINE =
      Downcall.pinnable(
          Downcall.status(
              ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS,
              JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle UPSAMPLE_ARGMAX =
      Downcall.pinnable(
          Downcall.status(
              ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle ENTROPY =
      Downcall.pinnable(
          Downcall.status(
              ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS,
              ADDRESS, ADDRESS));
  private static final MethodHandle SUMMARY =
      Downcall.pinnable(
          Downcall.status(
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
  private final MemorySegment prototypeCosine;
  private final MemorySegment upsampleArgmax;
  private final MemorySegment entropy;
  private final MemorySegment summary;

  KernelFunctions(Symbols symbols) {
    prototypeCosine = symbols.find("onelabel_prototype_cosine");
    upsampleArgmax = symbols.find("onelabel_upsample_argmax");
    entropy = symbols.find("onelabel_entropy");
    summary = symbols.find("onelabel_summary");
  }

  /** {@code onelabel_prototype_cosine}. */
  public int prototypeCosine(
      boolean pinned,
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
              pinned,
              prototypeCosine,
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
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_upsample_argmax}. */
  public int upsampleArgmax(
      boolean pinned,
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
              pinned,
              upsampleArgmax,
              context,
              scores,
              classes,
              inX,
              inY,
              inZ,
              outX,
              outY,
              outZ,
              mode,
              labels,
              margins);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_entropy}. */
  public int entropy(
      boolean pinned,
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
              pinned,
              this.entropy,
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
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_summary} without a histogram. */
  public int summary(
      boolean pinned,
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
              pinned,
              this.summary,
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
      throw Downcall.failed(e);
    }
  }
}
