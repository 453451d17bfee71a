package org.onelabel.kernels.internal.binding;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The prepared databases of a library, one typed method a function. */
public final class DatabaseFunctions {
  private static final MethodHandle CREATE =
      Downcall.of(Downcall.status(ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle APPEND =
      Downcall.of(Downcall.status(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle COUNT = Downcall.of(FunctionDescriptor.of(JAVA_LONG, ADDRESS));
  private static final MethodHandle DESTROY = Downcall.of(FunctionDescriptor.ofVoid(ADDRESS));

  private static final MethodHandle KNN =
      Downcall.pinnable(
          Downcall.status(
              ADDRESS,
              ADDRESS,
              JAVA_LONG,
              ADDRESS,
              JAVA_LONG,
              JAVA_LONG,
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
              ADDRESS,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_FLOAT,
              ADDRESS,
              ADDRESS,
              ADDRESS,
              JAVA_LONG,
              ADDRESS,
              ADDRESS,
              ADDRESS));

  private final MemorySegment create;
  private final MemorySegment append;
  private final MemorySegment count;
  private final MemorySegment destroy;
  private final MemorySegment knn;
  private final MemorySegment rangeSearch;

  DatabaseFunctions(Symbols symbols) {
    create = symbols.find("onelabel_database_create");
    append = symbols.find("onelabel_database_append");
    count = symbols.find("onelabel_database_count");
    destroy = symbols.find("onelabel_database_destroy");
    knn = symbols.find("onelabel_database_knn");
    rangeSearch = symbols.find("onelabel_database_range_search");
  }

  /** {@code onelabel_database_create}. */
  public int create(
      MemorySegment context, long dimension, int type, int metric, MemorySegment database) {
    try {
      return (int) CREATE.invokeExact(create, context, dimension, type, metric, database);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_database_append}. */
  public int append(
      MemorySegment context, MemorySegment database, MemorySegment rows, long count, long stride) {
    try {
      return (int) APPEND.invokeExact(append, context, database, rows, count, stride);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_database_count}. */
  public long count(MemorySegment database) {
    try {
      return (long) COUNT.invokeExact(count, database);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_database_destroy}. */
  public void destroy(MemorySegment database) {
    try {
      DESTROY.invokeExact(destroy, database);
    } catch (Throwable e) {
      throw Downcall.failed(e);
    }
  }

  /** {@code onelabel_database_knn}. */
  public int knn(
      boolean pinned,
      MemorySegment context,
      MemorySegment database,
      long rows,
      MemorySegment queries,
      long queryCount,
      long queryStride,
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
              database,
              rows,
              queries,
              queryCount,
              queryStride,
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

  /** {@code onelabel_database_range_search}. */
  public int rangeSearch(
      boolean pinned,
      MemorySegment context,
      MemorySegment database,
      long rows,
      MemorySegment queries,
      long queryCount,
      long queryStride,
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
              database,
              rows,
              queries,
              queryCount,
              queryStride,
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
