package org.onelabel.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What calls take and what they refuse, whichever implementation makes them. */
class KernelCallTest {
  private static final int COUNT = 6;
  private static final int DIMENSION = 4;
  private static final int CLASSES = 2;

  /** Every array of every kernel, by name; the names of outputs are followed by a star. */
  private static final List<Example> EXAMPLES =
      List.of(
          new Example(
              "prototype-cosine",
              List.of("features", "prototypes", "scores*", "labels*", "margins*"),
              List.of(
                  4 * COUNT * DIMENSION, 4 * CLASSES * DIMENSION, 4 * CLASSES * COUNT, COUNT, 24),
              a ->
                  PrototypeCosine.of(
                          FeatureMatrix.rows(a.get(0), COUNT, DIMENSION), a.get(1), CLASSES)
                      .scoresInto(a.get(2))
                      .labelsInto(a.get(3))
                      .marginsInto(a.get(4))),
          new Example(
              "upsample-argmax",
              List.of("scores", "labels*", "margins*"),
              List.of(4 * CLASSES * 8, 27, 4 * 27),
              a ->
                  UpsampleArgmax.of(
                          a.get(0),
                          CLASSES,
                          new GridSize(2, 2, 2),
                          new GridSize(3, 3, 3),
                          UpsampleArgmax.Interpolation.TRILINEAR,
                          a.get(1))
                      .marginsInto(a.get(2))),
          new Example(
              "entropy",
              List.of("input", "mean*", "entropy*", "labels*", "mutual information*"),
              List.of(4 * CLASSES * COUNT, 4 * CLASSES * COUNT, 4 * COUNT, COUNT, 4 * COUNT),
              a ->
                  VoxelEntropy.ofLogits(a.get(0), 1, CLASSES, COUNT)
                      .meanInto(a.get(1))
                      .entropyInto(a.get(2))
                      .labelsInto(a.get(3))
                      .mutualInformationInto(a.get(4))),
          new Example(
              "knn",
              List.of(
                  "queries",
                  "database",
                  "allowed",
                  "excluded",
                  "indices*",
                  "scores*",
                  "labels",
                  "votes*"),
              List.of(
                  4 * COUNT * DIMENSION,
                  4 * COUNT * DIMENSION,
                  1,
                  16 * COUNT,
                  16 * COUNT,
                  8 * COUNT,
                  COUNT,
                  4 * CLASSES * COUNT),
              a ->
                  NearestNeighbours.of(
                          FeatureMatrix.rows(a.get(0), COUNT, DIMENSION),
                          FeatureMatrix.rows(a.get(1), COUNT, DIMENSION),
                          NearestNeighbours.Metric.COSINE,
                          2)
                      .allowing(a.get(2))
                      .excluding(a.get(3))
                      .into(a.get(4), a.get(5))
                      .voting(Vote.hard(a.get(6), CLASSES, a.get(7)).bySoftmax(1))),
          new Example(
              "range-search",
              List.of(
                  "queries", "database", "allowed", "excluded", "starts*", "indices*", "scores*"),
              List.of(
                  4 * COUNT * DIMENSION,
                  4 * COUNT * DIMENSION,
                  1,
                  16 * COUNT,
                  8 * (COUNT + 1),
                  8 * COUNT * COUNT,
                  4 * COUNT * COUNT),
              a ->
                  RangeSearch.of(
                          FeatureMatrix.rows(a.get(0), COUNT, DIMENSION),
                          FeatureMatrix.rows(a.get(1), COUNT, DIMENSION),
                          NearestNeighbours.Metric.COSINE,
                          0.5f,
                          a.get(4))
                      .allowing(a.get(2))
                      .excluding(a.get(3))
                      .into(COUNT * COUNT, a.get(5), a.get(6))));

  private record Example(
      String kernel,
      List<String> names,
      List<Integer> bytes,
      Function<List<Buffer>, Record> build) {

    /** Makes the call's record, which checks it. */
    void check(List<MemorySegment> arrays) {
      Record _ = call(arrays);
    }

    Record call(List<MemorySegment> arrays) {
      return build.apply(arrays.stream().<Buffer>map(Buffer::of).toList());
    }

    boolean isOutput(int array) {
      return names.get(array).endsWith("*");
    }

    String name(int array) {
      return names.get(array).replace("*", "");
    }

    /** Its arrays, the inputs filled with numbers. */
    List<MemorySegment> arrays(Function<Integer, MemorySegment> allocate) {
      List<MemorySegment> arrays = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        MemorySegment array = allocate.apply(bytes.get(i));
        for (long j = 0;
            !isOutput(i)
                && name(i).matches("features|prototypes|scores|input|queries|database")
                && 4 * j < array.byteSize();
            j++) {
          array.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * j, (float) Math.sin(1.7 * j + i));
        }
        if (name(i).equals("allowed")) {
          array.fill((byte) -1);
        }
        arrays.add(array);
      }
      return arrays;
    }
  }

  private static void run(Kernels kernels, Record call) {
    switch (call) {
      case PrototypeCosine cosine -> kernels.run(cosine);
      case UpsampleArgmax upsample -> kernels.run(upsample);
      case VoxelEntropy entropy -> kernels.run(entropy);
      case NearestNeighbours neighbours -> kernels.run(neighbours);
      case RangeSearch range -> kernels.run(range);
      default -> throw new IllegalArgumentException("no kernel for " + call);
    }
  }

  private static MemorySegment heap(int bytes) {
    return MemorySegment.ofArray(new long[(bytes + 7) / 8]).asSlice(0, bytes);
  }

  private static String refusal(Example example, List<MemorySegment> arrays) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> example.check(arrays),
            example.kernel + " takes it");
    return String.valueOf(e.getMessage());
  }

  private static void everyArray(
      Function<Integer, MemorySegment> allocate, Consumer<ArrayOf> consumer) {
    for (Example example : EXAMPLES) {
      for (int i = 0; i < example.names.size(); i++) {
        consumer.accept(new ArrayOf(example, i, example.arrays(allocate)));
      }
    }
  }

  private record ArrayOf(Example example, int index, List<MemorySegment> arrays) {}

  @Test
  void aReadOnlyOutputIsRefusedByName() {
    try (Arena arena = Arena.ofConfined()) {
      for (Function<Integer, MemorySegment> allocate :
          List.<Function<Integer, MemorySegment>>of(KernelCallTest::heap, arena::allocate)) {
        everyArray(
            allocate,
            array -> {
              array.arrays.set(array.index, array.arrays.get(array.index).asReadOnly());
              if (array.example.isOutput(array.index)) {
                String why = refusal(array.example, array.arrays);
                assertTrue(why.contains("output " + array.example.name(array.index)), why);
                assertTrue(why.contains("read-only"), why);
              } else {
                // An input may be.
                array.example.check(array.arrays);
              }
            });
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kernels.Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void readOnlyInputsAreRead(Kernels.Implementation implementation) {
    try (Kernels kernels = Kernels.open(implementation, 1)) {
      for (Example example : EXAMPLES) {
        List<MemorySegment> arrays = example.arrays(KernelCallTest::heap);
        run(kernels, example.call(arrays));
        List<MemorySegment> inputs = example.arrays(KernelCallTest::heap);
        for (int i = 0; i < inputs.size(); i++) {
          if (!example.isOutput(i)) {
            inputs.set(i, inputs.get(i).asReadOnly());
          }
        }
        run(kernels, example.call(inputs));
        for (int i = 0; i < inputs.size(); i++) {
          assertEquals(-1, arrays.get(i).mismatch(inputs.get(i)), example.kernel);
        }
      }
      try (DeviceBuffer memory = kernels.allocate(64)) {
        assertThrows(IllegalArgumentException.class, () -> memory.read(heap(8).asReadOnly()));
        memory.write(heap(8).asReadOnly());
      }
    }
  }

  @Test
  void anOutputThatOverlapsAnotherArrayIsRefusedAndNeighboursAreNot() {
    try (Arena arena = Arena.ofConfined()) {
      for (Function<Integer, MemorySegment> allocate :
          List.<Function<Integer, MemorySegment>>of(KernelCallTest::heap, arena::allocate)) {
        everyArray(
            allocate,
            array -> {
              if (!array.example.isOutput(array.index)) {
                return;
              }
              for (int other = 0; other < array.arrays.size(); other++) {
                if (other == array.index) {
                  continue;
                }
                int first = array.example.bytes.get(array.index);
                int second = array.example.bytes.get(other);
                int apart = (first + 7) / 8 * 8;
                MemorySegment block = allocate.apply(apart + second + 8);
                List<MemorySegment> arrays = new ArrayList<>(array.arrays);
                arrays.set(array.index, block.asSlice(0, first));
                arrays.set(other, block.asSlice(apart, second));
                array.example.check(arrays);
                arrays.set(other, block.asSlice((first - 1) / 8 * 8L, second));
                String why = refusal(array.example, arrays);
                assertTrue(why.contains("overlaps"), why);
                assertTrue(why.contains(array.example.name(array.index)), why);
                assertTrue(why.contains(array.example.name(other)), why);
              }
            });
      }
    }
  }

  @Test
  void anArrayThatIsAByteTooShortIsRefusedByName() {
    everyArray(
        KernelCallTest::heap,
        array -> {
          int bytes = array.example.bytes.get(array.index);
          array.arrays.set(array.index, array.arrays.get(array.index).asSlice(0, bytes - 1));
          String why = refusal(array.example, array.arrays);
          boolean matrix = array.example.name(array.index).matches("features|queries|database");
          assertTrue(why.contains(matrix ? "values" : array.example.name(array.index)), why);
          assertTrue(why.contains("needs " + bytes + " bytes"), why);
        });
  }

  @Test
  void whatCannotBeSummarisedIsRefused() {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CPU, 1);
        Kernels reference = Kernels.open(Kernels.Implementation.REFERENCE, 1)) {
      Buffer three = Buffer.of(heap(12));
      for (Kernels any : List.of(kernels, reference)) {
        assertThrows(IllegalArgumentException.class, () -> any.summarise(three, -1));
        assertThrows(IllegalArgumentException.class, () -> any.summarise(three, 4));
        assertThrows(IllegalArgumentException.class, () -> any.summarise(three, 1L << 62));
        assertThrows(IllegalArgumentException.class, () -> any.summarise(three, 3, Double.NaN));
      }
    }
  }

  @Test
  void sizesWhoseBytesOverflowAreRefused() {
    Buffer some = Buffer.of(heap(64));
    // No values, but a count whose scores cannot be addressed: 4 * 2^62 is 0 in 64 bits.
    FeatureMatrix wide = FeatureMatrix.rows(some, 1L << 62, 0);
    assertRefused(() -> PrototypeCosine.of(wide, Buffer.of(heap(64)), 1));
    assertRefused(() -> PrototypeCosine.of(FeatureMatrix.channels(some, 0, 1L << 62), some, 1));
    GridSize huge = new GridSize(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
    GridSize one = new GridSize(1, 1, 1);
    UpsampleArgmax.Interpolation nearest = UpsampleArgmax.Interpolation.NEAREST;
    Buffer labels = Buffer.of(heap(8));
    assertRefused(() -> UpsampleArgmax.of(some, 1, huge, one, nearest, labels));
    assertRefused(() -> UpsampleArgmax.of(some, 1, one, huge, nearest, labels));
    assertRefused(() -> VoxelEntropy.ofLogits(some, Long.MAX_VALUE, 2, 1));
    assertRefused(() -> VoxelEntropy.ofProbabilities(some, 1, 1, 1L << 62));
    assertRefused(
        () ->
            new FeatureMatrix(
                some, ElementType.FLOAT32, FeatureMatrix.Layout.ROWS, 3, 1, Long.MAX_VALUE / 2));
    assertRefused(
        () -> new FeatureMatrix(some, ElementType.FLOAT32, FeatureMatrix.Layout.ROWS, 2, 4, 3));
    assertRefused(() -> FeatureMatrix.rows(some, -1, 4));
  }

  private static void assertRefused(Executable call) {
    assertThrows(IllegalArgumentException.class, call);
  }

  @Test
  void aGridHasThreeSizes() {
    assertEquals(new GridSize(2, 3, 4), GridSize.of(2, 3, 4));
    assertRefused(() -> GridSize.of(2, 3));
    assertRefused(() -> new GridSize(2, -1, 3));
  }

  @ParameterizedTest
  @EnumSource(
      value = Kernels.Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void memoryOfAnyAlignmentGivesTheSameResults(Kernels.Implementation implementation) {
    try (Kernels kernels = Kernels.open(implementation, 1);
        Arena arena = Arena.ofConfined()) {
      for (Example example : EXAMPLES) {
        List<MemorySegment> aligned = example.arrays(KernelCallTest::heap);
        run(kernels, example.call(aligned));
        for (Function<Integer, MemorySegment> odd :
            List.<Function<Integer, MemorySegment>>of(
                n -> arena.allocate(n + 9L, 8).asSlice(1, n),
                n -> MemorySegment.ofArray(new byte[n + 9]).asSlice(3, n))) {
          List<MemorySegment> arrays = example.arrays(odd);
          run(kernels, example.call(arrays));
          for (int i = 0; i < arrays.size(); i++) {
            assertEquals(-1, aligned.get(i).mismatch(arrays.get(i)), example.kernel + " " + i);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kernels.Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void anOutputBehindWhatIsWrittenStaysAsItIs(Kernels.Implementation implementation) {
    int classes = 3;
    // Long enough for a copy of the heap array.
    int voxels = (int) Kernels.PINNED_WORK / 10 / classes + 1000;
    if (implementation == Kernels.Implementation.CUDA_EMULATION) {
      voxels = 1000;
    }
    float[] entropy = new float[voxels + 5];
    Arrays.fill(entropy, 7);
    MemorySegment input = MemorySegment.ofArray(new float[classes * voxels]);
    try (Kernels kernels = Kernels.open(implementation, 1)) {
      kernels.run(
          VoxelEntropy.ofLogits(Buffer.of(input), 1, classes, voxels)
              .entropyInto(Buffer.of(entropy)));
    }
    for (int i = 0; i < entropy.length; i++) {
      assertEquals(i < voxels ? Math.log(3) : 7, entropy[i], 1e-6, "voxel " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCallAllocatesNothing(boolean onHeap) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().threadId();
    int calls = 10_000;
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CPU, 1);
        Arena arena = Arena.ofConfined()) {
      for (Example example : EXAMPLES) {
        Record call = example.call(example.arrays(onHeap ? KernelCallTest::heap : arena::allocate));
        for (int i = 0; i < calls; i++) {
          run(kernels, call);
        }
        long before = threads.getThreadAllocatedBytes(self);
        for (int i = 0; i < calls; i++) {
          run(kernels, call);
        }
        double bytes = (threads.getThreadAllocatedBytes(self) - before) / (double) calls;
        // Some calls are not compiled yet, and what is not compiled allocates here and there.
        assertTrue(bytes < 100, "%s allocates %.0f bytes a call".formatted(example.kernel, bytes));
      }
    }
  }

  @Test
  void aClosedArenaIsRefusedBeforeAnythingIsWritten() {
    everyArray(
        KernelCallTest::heap,
        array -> {
          try (Kernels kernels = Kernels.open(Kernels.Implementation.CPU, 1)) {
            MemorySegment freed;
            try (Arena arena = Arena.ofConfined()) {
              freed = arena.allocate(array.example.bytes.get(array.index), 8);
            }
            array.arrays.set(array.index, freed);
            Record call = array.example.call(array.arrays);
            List<byte[]> before =
                array.arrays.stream()
                    .map(a -> a.isNative() ? new byte[0] : a.toArray(ValueLayout.JAVA_BYTE))
                    .toList();
            assertThrows(IllegalStateException.class, () -> run(kernels, call));
            for (int i = 0; i < before.size(); i++) {
              if (i != array.index) {
                assertArrayEquals(
                    before.get(i), array.arrays.get(i).toArray(ValueLayout.JAVA_BYTE));
              }
            }
          }
        });
  }

  /** In float64 the second row is nearer by more than any temperature here. */
  @ParameterizedTest
  @EnumSource(value = Kernels.Implementation.class, mode = EnumSource.Mode.EXCLUDE, names = "CUDA")
  void neighboursWithEqualScoresHaveEqualVotes(Kernels.Implementation implementation) {
    float[] rows = {1, 1e-5f, 1, 1e-6f};
    float[] votes = new float[2];
    try (Kernels kernels = Kernels.open(implementation, 1)) {
      kernels.run(
          NearestNeighbours.of(
                  FeatureMatrix.rows(new float[2], 1, 2),
                  FeatureMatrix.rows(rows, 2, 2),
                  NearestNeighbours.Metric.SQUARED_L2,
                  2)
              .voting(
                  Vote.hard(Buffer.of(new byte[] {0, 1}), 2, Buffer.of(votes)).bySoftmax(1e-15f)));
    }
    assertArrayEquals(new float[] {0.5f, 0.5f}, votes);
  }
}
