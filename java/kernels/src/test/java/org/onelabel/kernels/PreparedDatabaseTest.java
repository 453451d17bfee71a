package org.onelabel.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.onelabel.kernels.Kernels.Implementation;
import org.onelabel.kernels.NearestNeighbours.Metric;

/** A search in prepared rows gives the bits of a search in a matrix of the same rows. */
class PreparedDatabaseTest {
  private static final int QUERIES = 20;
  private static final int K = 5;
  private static final int CLASSES = 3;

  private final SplittableRandom random = new SplittableRandom(17);

  /** Rows of any type with a stride of their own; one in 50 is not finite, one in 50 is zero. */
  private FeatureMatrix rows(ElementType type, int count, int dimension) {
    int stride = dimension + 3;
    MemorySegment data = MemorySegment.ofArray(new byte[count * stride * type.bytes()]);
    for (int n = 0; n < count; n++) {
      int fate = random.nextInt(50);
      for (int d = 0; d < dimension; d++) {
        float value = fate == 0 ? 0 : (float) (20 * random.nextGaussian());
        value = fate == 1 && d == 0 ? Float.NaN : value;
        int at = n * stride + d;
        switch (type) {
          case FLOAT32 -> data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * at, value);
          case FLOAT16 ->
              data.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * at, Float.floatToFloat16(value));
          case BFLOAT16 ->
              data.set(
                  ValueLayout.JAVA_SHORT_UNALIGNED,
                  2L * at,
                  (short) (Float.floatToRawIntBits(value) >>> 16));
          case INT8 -> data.set(ValueLayout.JAVA_BYTE, at, (byte) Math.round(value));
        }
      }
    }
    return new FeatureMatrix(
        Buffer.of(data), type, FeatureMatrix.Layout.ROWS, count, dimension, stride);
  }

  private static FeatureMatrix part(FeatureMatrix matrix, int from, int end) {
    HostBuffer data = (HostBuffer) matrix.data();
    long skipped = from * matrix.stride() * matrix.type().bytes();
    return new FeatureMatrix(
        Buffer.of(data.segment().asSlice(skipped)),
        matrix.type(),
        matrix.layout(),
        end - from,
        matrix.dimension(),
        matrix.stride());
  }

  /** Searches of every kind, and what they find. */
  private record Searches(
      FeatureMatrix queries, Metric metric, byte[] allowed, long[] excluded, byte[] labels) {

    List<MemorySegment> run(Kernels kernels, NearestNeighbours.Database database) {
      int q = (int) queries.count();
      long[] indices = new long[q * K];
      float[] scores = new float[q * K];
      float[] votes = new float[q * CLASSES];
      long invalid =
          kernels.run(
              NearestNeighbours.of(queries, database, metric, K)
                  .into(Buffer.of(indices), Buffer.of(scores)));
      float radius = scores.length == 0 || Float.isNaN(scores[0]) ? 1 : scores[0];
      List<MemorySegment> found = new ArrayList<>();
      found.addAll(segments(invalid, indices, scores));
      invalid =
          kernels.run(
              NearestNeighbours.of(queries, database, metric, K)
                  .allowing(Buffer.of(allowed))
                  .excluding(Buffer.of(excluded))
                  .into(Buffer.of(indices), Buffer.of(scores))
                  .voting(Vote.hard(Buffer.of(labels), CLASSES, Buffer.of(votes)).bySoftmax(9)));
      found.addAll(segments(invalid, indices, scores));
      found.add(MemorySegment.ofArray(votes));
      long[] starts = new long[q + 1];
      kernels.run(RangeSearch.of(queries, database, metric, radius, Buffer.of(starts)));
      long[] near = new long[(int) starts[q]];
      float[] distances = new float[near.length];
      invalid =
          kernels.run(
              RangeSearch.of(queries, database, metric, radius, Buffer.of(starts))
                  .excluding(Buffer.of(excluded))
                  .into(near.length, Buffer.of(near), Buffer.of(distances)));
      found.addAll(segments(invalid, near, distances));
      found.add(MemorySegment.ofArray(starts));
      return found;
    }

    private static List<MemorySegment> segments(long invalid, long[] indices, float[] scores) {
      return List.of(
          MemorySegment.ofArray(new long[] {invalid}),
          MemorySegment.ofArray(indices.clone()),
          MemorySegment.ofArray(scores.clone()));
    }

    void assertSame(
        Kernels kernels, FeatureMatrix matrix, NearestNeighbours.Database prepared, String what) {
      List<MemorySegment> expected = run(kernels, matrix);
      List<MemorySegment> found = run(kernels, prepared);
      for (int i = 0; i < expected.size(); i++) {
        assertEquals(-1, expected.get(i).mismatch(found.get(i)), what + ", output " + i);
      }
    }
  }

  private Searches searches(FeatureMatrix queries, Metric metric, int rows) {
    byte[] allowed = new byte[(rows + 7) / 8];
    random.nextBytes(allowed);
    byte[] labels = new byte[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = (byte) random.nextInt(CLASSES);
    }
    long[] excluded = random.longs(2 * queries.count(), 0, rows + 1).toArray();
    return new Searches(queries, metric, allowed, excluded, labels);
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void rowsInBatchesAreFoundAsInAMatrix(Implementation implementation) {
    boolean slow = implementation == Implementation.CUDA_EMULATION;
    int many = slow ? 40 : 1000;
    try (Kernels kernels = Kernels.open(implementation, 2)) {
      for (Metric metric : Metric.values()) {
        for (ElementType type : ElementType.values()) {
          for (int dimension : slow ? new int[] {20} : new int[] {3, 40}) {
            FeatureMatrix all = rows(type, 1 + 7 + many, dimension);
            Searches searches = searches(rows(type, QUERIES, dimension), metric, 8 + many);
            try (PreparedDatabase database = kernels.database(dimension, type, metric)) {
              int from = 0;
              for (int end : slow ? new int[] {8, 8 + many} : new int[] {1, 8, 8, 8 + many}) {
                database.append(part(all, from, end));
                assertEquals(end, database.count());
                String what = "%s, %s, %d × %d".formatted(metric, type, end, dimension);
                searches.assertSame(kernels, part(all, 0, end), database.rows(), what);
                from = end;
              }
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU"})
  void leavesAndManyQueriesGiveWhatAMatrixGives(Implementation implementation) {
    FeatureMatrix all = rows(ElementType.FLOAT32, 5000, 3);
    // What each has leaves for.
    int queries = implementation == Implementation.REFERENCE ? 100 : 1100;
    Searches searches = searches(rows(ElementType.FLOAT32, queries, 3), Metric.SQUARED_L2, 5000);
    try (Kernels kernels = Kernels.open(implementation, 2);
        PreparedDatabase database = kernels.database(3, ElementType.FLOAT32, Metric.SQUARED_L2)) {
      database.append(part(all, 0, 2500));
      searches.assertSame(kernels, part(all, 0, 2500), database.rows(), "before");
      database.append(part(all, 2500, 5000));
      searches.assertSame(kernels, all, database.rows(), "after");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void aSearchSeesTheRowsThatWereThere(Implementation implementation) {
    FeatureMatrix all = rows(ElementType.FLOAT32, 90, 5);
    Searches searches = searches(rows(ElementType.FLOAT32, QUERIES, 5), Metric.COSINE, 30);
    try (Kernels kernels = Kernels.open(implementation, 2);
        PreparedDatabase database = kernels.database(5, ElementType.FLOAT32, Metric.COSINE)) {
      database.append(part(all, 0, 30));
      PreparedDatabase.Rows before = database.rows();
      database.append(part(all, 30, 90));
      assertEquals(30, before.count());
      searches.assertSame(kernels, part(all, 0, 30), before, "the first rows");
      searches.assertSame(
          kernels, part(all, 0, 11), new PreparedDatabase.Rows(database, 11), "fewer rows");
      assertRefused("the database has 90 rows, not 91", () -> rows(database, 91));
      assertRefused("the database has 90 rows, not -1", () -> rows(database, -1));
    }
  }

  private static PreparedDatabase.Rows rows(PreparedDatabase database, long count) {
    return new PreparedDatabase.Rows(database, count);
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void withoutRowsOrValuesThereAreNoNeighbours(Implementation implementation) {
    try (Kernels kernels = Kernels.open(implementation, 2)) {
      for (int dimension : new int[] {0, 4}) {
        FeatureMatrix none = rows(ElementType.INT8, 0, dimension);
        FeatureMatrix two = rows(ElementType.INT8, 2, dimension);
        for (Metric metric : Metric.values()) {
          try (PreparedDatabase database = kernels.database(dimension, ElementType.INT8, metric)) {
            Searches searches = searches(two, metric, 2);
            searches.assertSame(kernels, none, database.rows(), "no rows");
            database.append(none);
            searches.assertSame(kernels, none, database.rows(), "none appended");
            database.append(two);
            searches.assertSame(kernels, two, database.rows(), "two rows");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void rowsOfAnyMemoryAreCopied(Implementation implementation) {
    FeatureMatrix all = rows(ElementType.FLOAT32, 40, 6);
    Searches searches = searches(rows(ElementType.FLOAT32, QUERIES, 6), Metric.INNER_PRODUCT, 160);
    MemorySegment values = ((HostBuffer) all.data()).segment();
    try (Kernels kernels = Kernels.open(implementation, 2);
        PreparedDatabase database =
            kernels.database(6, ElementType.FLOAT32, Metric.INNER_PRODUCT)) {
      try (Arena arena = Arena.ofConfined();
          DeviceBuffer there = kernels.allocate(values.byteSize())) {
        MemorySegment aligned = arena.allocate(values.byteSize(), 64).copyFrom(values);
        MemorySegment odd = arena.allocate(values.byteSize() + 1, 8).asSlice(1).copyFrom(values);
        there.write(values);
        database.append(all);
        database.append(at(all, Buffer.of(aligned)));
        database.append(at(all, Buffer.of(odd.asReadOnly())));
        database.append(at(all, there));
      }
      MemorySegment fourTimes = MemorySegment.ofArray(new byte[4 * (int) values.byteSize()]);
      for (int i = 0; i < 4; i++) {
        fourTimes.asSlice(i * values.byteSize()).copyFrom(values);
      }
      values.fill((byte) 1);
      FeatureMatrix expected =
          new FeatureMatrix(Buffer.of(fourTimes), all.type(), all.layout(), 160, 6, all.stride());
      searches.assertSame(kernels, expected, database.rows(), "four copies");
    }
  }

  private static FeatureMatrix at(FeatureMatrix matrix, Buffer memory) {
    return new FeatureMatrix(
        memory,
        matrix.type(),
        matrix.layout(),
        matrix.count(),
        matrix.dimension(),
        matrix.stride());
  }

  private static void assertRefused(String why, Runnable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    assertEquals(why, e.getMessage());
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void whatDoesNotFitIsRefused(Implementation implementation) {
    FeatureMatrix four = rows(ElementType.FLOAT32, 2, 4);
    FeatureMatrix five = rows(ElementType.FLOAT32, 2, 5);
    FeatureMatrix halves = rows(ElementType.FLOAT16, 2, 4);
    try (Kernels kernels = Kernels.open(implementation, 1);
        PreparedDatabase database = kernels.database(4, ElementType.FLOAT32, Metric.COSINE)) {
      assertRefused(
          "the database has rows of 4 values of FLOAT32, not 5 of FLOAT32",
          () -> database.append(five));
      assertRefused(
          "the database has rows of 4 values of FLOAT32, not 4 of FLOAT16",
          () -> database.append(halves));
      assertRefused(
          "rows must be rows, not channels",
          () -> database.append(FeatureMatrix.channels(new float[8], 2, 4)));
      database.append(four);
      PreparedDatabase.Rows rows = database.rows();
      assertRefused(
          "the database is prepared for COSINE, not for SQUARED_L2",
          () -> NearestNeighbours.of(four, rows, Metric.SQUARED_L2, 1));
      Buffer starts = Buffer.of(new long[3]);
      assertRefused(
          "the database is prepared for COSINE, not for INNER_PRODUCT",
          () -> RangeSearch.of(four, rows, Metric.INNER_PRODUCT, 1, starts));
      for (FeatureMatrix other : List.of(five, halves)) {
        assertRefused(
            "queries and database differ in dimension or type",
            () -> NearestNeighbours.of(other, rows, Metric.COSINE, 1));
      }
      NearestNeighbours call = NearestNeighbours.of(four, rows, Metric.COSINE, 1);
      assertThrows(
          IllegalArgumentException.class,
          () -> call.voting(Vote.hard(Buffer.of(new byte[1]), 2, Buffer.of(new float[4]))));
      assertThrows(IllegalArgumentException.class, () -> call.allowing(Buffer.of(new byte[0])));
      assertThrows(
          IllegalArgumentException.class,
          () -> kernels.database(-1, ElementType.FLOAT32, Metric.COSINE).close());
      assertThrows(
          IllegalArgumentException.class,
          () -> kernels.database(1L << 31, ElementType.FLOAT32, Metric.COSINE).close());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void otherKernelsRefuseItsRows(Implementation implementation) {
    FeatureMatrix two = rows(ElementType.FLOAT32, 2, 4);
    try (Kernels kernels = Kernels.open(implementation, 1);
        PreparedDatabase database = kernels.database(4, ElementType.FLOAT32, Metric.COSINE)) {
      database.append(two);
      NearestNeighbours call = NearestNeighbours.of(two, database.rows(), Metric.COSINE, 1);
      RangeSearch range =
          RangeSearch.of(two, database.rows(), Metric.COSINE, 0.5f, Buffer.of(new long[3]));
      for (Implementation other :
          List.of(Implementation.REFERENCE, Implementation.CPU, Implementation.CUDA_EMULATION)) {
        try (Kernels others = Kernels.open(other, 1)) {
          if (other == implementation && other != Implementation.CUDA_EMULATION) {
            others.run(call);
            others.run(range);
          } else {
            String why =
                other == implementation
                    ? "the database is of another instruction set, or of other devices"
                    : "these rows were prepared by other kernels";
            assertRefused(why, () -> others.run(call));
            assertRefused(why, () -> others.run(range));
          }
        }
      }
    }
  }

  @Test
  void anotherInstructionSetRefusesItsRows() {
    List<String> sets = Kernels.instructionSets();
    assumeTrue(sets.size() > 1, "there is one instruction set here");
    FeatureMatrix two = rows(ElementType.FLOAT32, 2, 4);
    try (Kernels kernels = Kernels.open(1, sets.getFirst());
        Kernels others = Kernels.open(1, sets.getLast());
        PreparedDatabase database = kernels.database(4, ElementType.FLOAT32, Metric.COSINE)) {
      database.append(two);
      NearestNeighbours call = NearestNeighbours.of(two, database.rows(), Metric.COSINE, 1);
      assertThrows(IllegalArgumentException.class, () -> others.run(call));
      kernels.run(call);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void cancelledKernelsSearchAndAppendNoMore(Implementation implementation) {
    FeatureMatrix two = rows(ElementType.FLOAT32, 2, 4);
    try (Kernels kernels = Kernels.open(implementation, 1);
        CancellableKernels calls = kernels.cancellable();
        PreparedDatabase database = kernels.database(4, ElementType.FLOAT32, Metric.COSINE);
        PreparedDatabase own = calls.database(4, ElementType.FLOAT32, Metric.COSINE)) {
      database.append(two);
      own.append(two);
      NearestNeighbours call = NearestNeighbours.of(two, database.rows(), Metric.COSINE, 1);
      calls.run(call);
      calls.cancel();
      assertThrows(CancellationException.class, () -> calls.run(call));
      assertThrows(CancellationException.class, () -> own.append(two));
      assertEquals(2, own.count());
      kernels.run(call);
      kernels.run(NearestNeighbours.of(two, own.rows(), Metric.COSINE, 1));
      database.append(two);
      assertEquals(4, database.count());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void threadsSearchWhileAnotherAppends(Implementation implementation) throws Exception {
    int batches = implementation == Implementation.CUDA_EMULATION ? 6 : 60;
    int batch = implementation == Implementation.CUDA_EMULATION ? 9 : 97;
    int dimension = 17;
    FeatureMatrix all = rows(ElementType.FLOAT32, batches * batch, dimension);
    FeatureMatrix queries = rows(ElementType.FLOAT32, 4, dimension);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger searched = new AtomicInteger();
    try (Kernels kernels = Kernels.open(implementation, 2);
        PreparedDatabase database =
            kernels.database(dimension, ElementType.FLOAT32, Metric.SQUARED_L2)) {
      Runnable search =
          () -> {
            boolean last = false;
            while (!last) {
              last = done.get();
              PreparedDatabase.Rows rows = database.rows();
              FeatureMatrix matrix = part(all, 0, (int) rows.count());
              assertArrayEquals(nearest(kernels, queries, matrix), nearest(kernels, queries, rows));
              searched.incrementAndGet();
            }
          };
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread thread = Thread.ofPlatform().unstarted(search);
        thread.setUncaughtExceptionHandler((_, e) -> failures.add(e));
        thread.start();
        threads.add(thread);
      }
      for (int i = 0; i < batches; i++) {
        int before = searched.get();
        database.append(part(all, i * batch, (i + 1) * batch));
        while (searched.get() == before && failures.isEmpty()) {
          Thread.onSpinWait();
        }
      }
      done.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(List.of(), List.copyOf(failures));
      assertEquals(batches * (long) batch, database.count());
    }
  }

  private static long[] nearest(
      Kernels kernels, FeatureMatrix queries, NearestNeighbours.Database database) {
    long[] indices = new long[(int) queries.count() * K];
    float[] scores = new float[indices.length];
    kernels.run(
        NearestNeighbours.of(queries, database, Metric.SQUARED_L2, K)
            .into(Buffer.of(indices), Buffer.of(scores)));
    long[] both = Arrays.copyOf(indices, 2 * indices.length);
    for (int i = 0; i < scores.length; i++) {
      both[indices.length + i] = Float.floatToRawIntBits(scores[i]);
    }
    return both;
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void aClosedDatabaseSaysThatItIsClosed(Implementation implementation) {
    FeatureMatrix two = rows(ElementType.FLOAT32, 2, 4);
    try (Kernels kernels = Kernels.open(implementation, 1)) {
      PreparedDatabase database = kernels.database(4, ElementType.FLOAT32, Metric.COSINE);
      database.append(two);
      NearestNeighbours call = NearestNeighbours.of(two, database.rows(), Metric.COSINE, 1);
      database.close();
      database.close();
      for (Runnable late :
          List.<Runnable>of(
              database::count,
              database::rows,
              () -> database.append(two),
              () -> kernels.run(call))) {
        IllegalStateException e = assertThrows(IllegalStateException.class, late::run);
        assertEquals("this database is closed", e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void aDatabaseThatIsClosedWhileCallsUseItIsFreedAfterThem(Implementation implementation)
      throws InterruptedException {
    FeatureMatrix all = rows(ElementType.FLOAT32, 50, 9);
    FeatureMatrix queries = rows(ElementType.FLOAT32, 3, 9);
    try (Kernels kernels = Kernels.open(implementation, 2)) {
      long[] expected = nearest(kernels, queries, all);
      int rounds = implementation == Implementation.CUDA_EMULATION ? 3 : 20;
      for (int round = 0; round < rounds; round++) {
        PreparedDatabase database = kernels.database(9, ElementType.FLOAT32, Metric.SQUARED_L2);
        database.append(all);
        PreparedDatabase.Rows rows = database.rows();
        AtomicInteger searched = new AtomicInteger();
        Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
        List<Thread> threads =
            List.of(
                RepeatedCalls.untilRefused(
                    () -> {
                      assertArrayEquals(expected, nearest(kernels, queries, rows));
                      searched.incrementAndGet();
                    },
                    ends),
                RepeatedCalls.untilRefused(() -> database.append(part(all, 0, 1)), ends),
                RepeatedCalls.untilRefused(database::rows, ends));
        while (searched.get() < 3 && ends.isEmpty()) {
          Thread.onSpinWait();
        }
        database.close();
        for (Thread thread : threads) {
          thread.join();
        }
        assertEquals(3, ends.size());
        for (Throwable end : ends) {
          assertEquals(IllegalStateException.class, end.getClass(), end::toString);
          assertEquals("this database is closed", end.getMessage());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Implementation.class,
      names = {"CPU", "CUDA_EMULATION"})
  void itMayOutliveTheKernelsThatMadeIt(Implementation implementation) {
    FeatureMatrix two = rows(ElementType.FLOAT32, 2, 4);
    Kernels kernels = Kernels.open(implementation, 1);
    PreparedDatabase database = kernels.database(4, ElementType.FLOAT32, Metric.COSINE);
    database.append(two);
    try (Kernels shared = kernels.cancellable()) {
      kernels.close();
      assertThrows(IllegalStateException.class, () -> database.append(two));
      shared.run(NearestNeighbours.of(two, database.rows(), Metric.COSINE, 1));
    }
    assertEquals(2, database.count());
    database.close();
  }

  @Test
  void aDeviceSearchesItToo() {
    FeatureMatrix two = rows(ElementType.INT8, 2, 4);
    try (Kernels kernels = Kernels.open(Implementation.CUDA_EMULATION, 1);
        DeviceBuffer indices = kernels.allocate(4 * Long.BYTES);
        PreparedDatabase database = kernels.database(4, ElementType.INT8, Metric.SQUARED_L2)) {
      database.append(two);
      Device device = kernels.device().orElseThrow();
      device.enqueue(
          NearestNeighbours.of(two, database.rows(), Metric.SQUARED_L2, 2).indicesInto(indices));
      device.synchronise();
      long[] found = new long[4];
      indices.read(MemorySegment.ofArray(found));
      assertArrayEquals(new long[] {0, 1, 1, 0}, found);
    }
  }
}
