package org.onelabel.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.onelabel.kernels.Kernels.Implementation;

/** Calls that another thread ends, and those beside them. */
class CancellationTest {
  private static final int DIMENSION = 16;

  private static FeatureMatrix rows(int count, Arena arena) {
    byte[] values = new byte[count * DIMENSION];
    new Random(3).nextBytes(values);
    MemorySegment memory = arena.allocate(values.length);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_BYTE, 0, values.length);
    return new FeatureMatrix(
        Buffer.of(memory),
        ElementType.INT8,
        FeatureMatrix.Layout.ROWS,
        count,
        DIMENSION,
        DIMENSION);
  }

  private static NearestNeighbours search(FeatureMatrix rows, long[] indices) {
    return NearestNeighbours.of(rows, rows, NearestNeighbours.Metric.INNER_PRODUCT, 1)
        .indicesInto(Buffer.of(indices));
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void everyCallOfCancelledKernelsIsEnded(Implementation implementation) {
    try (Kernels kernels = Kernels.open(implementation, 2);
        CancellableKernels cancelled = kernels.cancellable();
        Arena arena = Arena.ofConfined()) {
      assertEquals(kernels.instructionSet(), cancelled.instructionSet());
      assertEquals(kernels.threads(), cancelled.threads());
      FeatureMatrix rows = rows(20, arena);
      long[] expected = new long[20];
      kernels.run(search(rows, expected));
      long[] found = new long[20];
      cancelled.run(search(rows, found));
      assertArrayEquals(expected, found);
      cancelled.cancel();
      cancelled.cancel();
      Buffer floats = Buffer.of(new float[64]);
      for (Runnable call :
          List.<Runnable>of(
              () -> cancelled.run(search(rows, found)),
              () ->
                  cancelled.run(
                      RangeSearch.of(
                          rows, rows, NearestNeighbours.Metric.COSINE, 0, Buffer.of(new long[21]))),
              () -> cancelled.run(PrototypeCosine.of(rows, floats, 2)),
              () ->
                  cancelled.run(
                      UpsampleArgmax.of(
                          floats,
                          2,
                          new GridSize(2, 2, 2),
                          new GridSize(3, 3, 3),
                          UpsampleArgmax.Interpolation.NEAREST,
                          Buffer.of(new byte[27]))),
              () -> cancelled.run(VoxelEntropy.ofLogits(floats, 2, 2, 4)),
              () -> cancelled.summarise(floats, 64, 0.5))) {
        CancellationException e = assertThrows(CancellationException.class, call::run);
        assertEquals("the call is cancelled", e.getMessage());
      }
      try (Kernels fresh = cancelled.cancellable()) {
        fresh.run(search(rows, found));
      }
      kernels.run(search(rows, found));
      assertArrayEquals(expected, found);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU"})
  @Timeout(120)
  void aCallThatWouldTakeHoursIsEnded(Implementation implementation) throws Exception {
    int count = 1 << 20;
    try (Kernels kernels = Kernels.open(implementation, 2);
        CancellableKernels calls = kernels.cancellable();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Arena arena = Arena.ofShared()) {
      NearestNeighbours call = search(rows(count, arena), new long[count]);
      CountDownLatch begins = new CountDownLatch(1);
      Future<Long> search =
          executor.submit(
              () -> {
                begins.countDown();
                return calls.run(call);
              });
      begins.await();
      Thread.sleep(50);
      assertEquals(Future.State.RUNNING, search.state());
      calls.cancel();
      ExecutionException e = assertThrows(ExecutionException.class, search::get);
      assertInstanceOf(CancellationException.class, e.getCause());
      assertEquals(0, kernels.run(search(rows(10, arena), new long[10])));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU"})
  void cancelledAndClosedInAnyOrder(Implementation implementation) {
    Kernels kernels = Kernels.open(implementation, 2);
    CancellableKernels calls = kernels.cancellable();
    kernels.close();
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(0, calls.run(search(rows(10, arena), new long[10])));
    }
    calls.close();
    calls.cancel();
    assumeTrue(implementation == Implementation.CPU, "plain Java has nothing to close");
    assertThrows(IllegalStateException.class, kernels::cancellable);
  }
}
