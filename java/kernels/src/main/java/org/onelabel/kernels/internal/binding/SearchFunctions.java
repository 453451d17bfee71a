package org.onelabel.kernels.internal.binding;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The searches of a library, as {@link KernelFunctions} has the other kernels. */
public final class SearchFunctions {
  private static final MethodHandle KNN =
      Downcall.pinnable(
          Downcall.status(
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

  private static final MethodHandle RANGE_SEARCH =
      Downcall.pinnable(
          Downcall.status(
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
              JAVA_FLOAT,
              ADDRESS,
              ADDRESS,
              ADDRESS,
              JAVA_LONG,
              ADDRESS,
              ADDRESS,
              ADDRESS));

  private final MemorySegment knn;
  private final MemorySegment rangeSearch;

  SearchFunctions(Symbols symbols) {
    knn = symbols.find("onelabel_knn");
    rangeSearch = symbols.find("onelabel_range_search");
  }

  /** {@code onelabel_knn}. */
  public int knn(
      boolean pinned,
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
              pinned,
              knn,
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
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_range_search}. */
  public int rangeSearch(
      boolean pinned,
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
      float radius,
      MemorySegment allowed,
      MemorySegment excluded,
      MemorySegment starts,
      long capacity,
      MemorySegment indices,
      MemorySegment scores,
      MemorySegment invalid) {
    try {
      return (int)
          RANGE_SEARCH.invokeExact(
              pinned,
              rangeSearch,
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
              radius,
              allowed,
              excluded,
              starts,
              capacity,
              indices,
              scores,
              invalid);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }
}
