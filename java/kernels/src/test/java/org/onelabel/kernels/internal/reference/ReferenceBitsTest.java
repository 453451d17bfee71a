package org.onelabel.kernels.internal.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.Vote;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.kernels.experiment.Conformance;

/** The plain Java kernels against their definitions, which are written down beside this test. */
class ReferenceBitsTest {
  private final SplittableRandom random = new SplittableRandom(5);

  private static Kernels compared(int threads) {
    return new ComparedKernels(new DefinedKernels(), new ReferenceKernels(threads));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void resultsAreThoseOfTheDefinitionToTheBitOnRandomCases(int threads) {
    try (Kernels kernels = compared(threads)) {
      for (Conformance.Result result : Conformance.run(kernels, 41, 120)) {
        assertEquals(0, result.failed(), result.toString());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void manyRowsAreRuledOutWithoutLosingANeighbour(Metric metric) {
    search(normal(20 * 24, 1), normal(30_000 * 24, 1), 24, metric, 1);
    search(normal(40 * 3, 1), normal(8_000 * 3, 1), 3, metric, 3);
    // In leaves, on a grid: distances are equal many times.
    float[] grid = normal(9_000 * 3, 4);
    for (int i = 0; i < grid.length; i++) {
      grid[i] = Math.round(grid[i]);
    }
    grid[4_000] = Float.NaN;
    search(Arrays.copyOf(grid, 90 * 3), grid, 3, metric, 2);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void nearDuplicatesAreToldApart(Metric metric) {
    // All rows are copies of a few, moved by less than a sum in float32 can tell.
    int dimension = 40;
    float[] centres = normal(7 * dimension, 1);
    float[] rows = new float[6_000 * dimension];
    for (int i = 0; i < rows.length; i++) {
      float centre = centres[(i / dimension % 7) * dimension + i % dimension];
      rows[i] = random.nextInt(4) == 0 ? Math.nextUp(centre) : centre;
    }
    search(centres, rows, dimension, metric, 1);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void rowsFarFromTheOriginAndVeryLongOnesAreToldApart(Metric metric) {
    int dimension = 16;
    float[] rows = normal(4_000 * dimension, 1);
    for (int i = 0; i < rows.length; i++) {
      rows[i] += 1000;
    }
    search(Arrays.copyOf(rows, 9 * dimension), rows, dimension, metric, 1);
    for (int i = 3_000 * dimension; i < 3_010 * dimension; i++) {
      rows[i] *= 1e15f;
    }
    search(Arrays.copyOf(rows, 9 * dimension), rows, dimension, metric, 2);
  }

  private void search(float[] queries, float[] rows, int dimension, Metric metric, int threads) {
    int q = queries.length / dimension;
    int m = rows.length / dimension;
    byte[] labels = new byte[m];
    for (int i = 0; i < m; i++) {
      labels[i] = (byte) (i % 5);
    }
    try (Kernels kernels = compared(threads)) {
      for (int k : new int[] {1, 5, 200}) {
        kernels.run(
            NearestNeighbours.of(
                    FeatureMatrix.rows(queries, q, dimension),
                    FeatureMatrix.rows(rows, m, dimension),
                    metric,
                    k)
                .into(Buffer.of(new long[q * k]), Buffer.of(new float[q * k]))
                .voting(
                    Vote.hard(Buffer.of(labels), 5, Buffer.of(new float[q * 5])).bySoftmax(0.3f)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 1, 20, 200, 2000})
  void informationOfCertainAndOfDoubtfulVoxelsIsThatOfTheDefinition(double scale) {
    int passes = 3;
    int classes = 3;
    int voxels = 5_000;
    float[] logits = normal(passes * classes * voxels, scale);
    try (Kernels kernels = compared(1)) {
      kernels.run(
          VoxelEntropy.ofLogits(Buffer.of(logits), passes, classes, voxels)
              .meanInto(Buffer.of(new float[classes * voxels]))
              .entropyInto(Buffer.of(new float[voxels]))
              .labelsInto(Buffer.of(new byte[voxels]))
              .mutualInformationInto(Buffer.of(new float[voxels])));
    }
  }

  @Test
  void memoryThatOneThreadOwnsIsLeftToIt() {
    int count = 3_000;
    int dimension = 4;
    try (Arena arena = Arena.ofConfined();
        Kernels kernels = new ReferenceKernels(4)) {
      MemorySegment features =
          arena.allocateFrom(ValueLayout.JAVA_FLOAT, normal(count * dimension, 1));
      MemorySegment labels = arena.allocate(count);
      labels.fill((byte) 9);
      kernels.run(
          PrototypeCosine.of(
                  FeatureMatrix.rows(Buffer.of(features), count, dimension),
                  Buffer.of(normal(2 * dimension, 1)),
                  2)
              .labelsInto(Buffer.of(labels)));
      for (long i = 0; i < count; i++) {
        assertTrue(labels.get(ValueLayout.JAVA_BYTE, i) < 2);
      }
    }
  }

  private float[] normal(int count, double scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }
}
