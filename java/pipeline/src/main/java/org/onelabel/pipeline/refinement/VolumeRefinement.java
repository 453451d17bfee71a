package org.onelabel.pipeline.refinement;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.statistics.descriptive.Quantile;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * As published (SemiSAM-O1, section 5 of the method): volumes whose uncertainty is not below the
 * quantile of the pool take the vote of the K certain volumes most alike, by the cosine of global
 * features; a vote counts max(0, cosine), labels are resized by nearest neighbour, the lowest class
 * wins a tie. With fewer than K certain volumes nothing changes.
 */
public final class VolumeRefinement implements Refinement {
  private final Kernels kernels;
  private final int k;
  private final double quantile;

  public VolumeRefinement(Kernels kernels, int k, double quantile) {
    this.kernels = kernels;
    this.k = k;
    this.quantile = quantile;
  }

  @Override
  public List<PseudoLabel> refine(List<Volume> volumes, int classes) {
    double[] uncertainties =
        volumes.stream()
            .flatMapToDouble(
                v ->
                    v instanceof Predicted p ? DoubleStream.of(p.uncertainty()) : DoubleStream.of())
            .toArray();
    double threshold =
        uncertainties.length == 0
            ? 0
            : Quantile.withDefaults()
                .with(Quantile.EstimationMethod.HF7)
                .evaluate(uncertainties, quantile);
    int[] certain =
        IntStream.range(0, volumes.size())
            .filter(i -> !(volumes.get(i) instanceof Predicted p) || p.uncertainty() < threshold)
            .toArray();
    List<PseudoLabel> refined = new ArrayList<>(volumes.stream().map(Volume::label).toList());
    if (certain.length < k) {
      return refined;
    }
    int[] uncertain =
        IntStream.range(0, volumes.size())
            .filter(i -> Arrays.binarySearch(certain, i) < 0)
            .toArray();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment indices = arena.allocate(ValueLayout.JAVA_LONG, (long) uncertain.length * k);
      MemorySegment scores = arena.allocate(ValueLayout.JAVA_FLOAT, (long) uncertain.length * k);
      kernels.run(
          NearestNeighbours.of(
                  features(arena, volumes, uncertain),
                  features(arena, volumes, certain),
                  NearestNeighbours.Metric.COSINE,
                  k)
              .into(Buffer.of(indices), Buffer.of(scores)));
      for (int u = 0; u < uncertain.length; u++) {
        int[] neighbours = new int[k];
        float[] weights = new float[k];
        for (int j = 0; j < k; j++) {
          long at = (long) u * k + j;
          neighbours[j] = certain[(int) indices.getAtIndex(ValueLayout.JAVA_LONG, at)];
          weights[j] = Math.max(0, scores.getAtIndex(ValueLayout.JAVA_FLOAT, at));
        }
        Volume target = volumes.get(uncertain[u]);
        refined.set(uncertain[u], vote(target, volumes, neighbours, weights, classes));
      }
    }
    return refined;
  }

  private static FeatureMatrix features(Arena arena, List<Volume> volumes, int[] which) {
    int dimension = volumes.getFirst().global().length;
    MemorySegment rows = arena.allocate(ValueLayout.JAVA_FLOAT, (long) which.length * dimension);
    for (int i = 0; i < which.length; i++) {
      MemorySegment.copy(
          volumes.get(which[i]).global(),
          0,
          rows,
          ValueLayout.JAVA_FLOAT,
          4L * i * dimension,
          dimension);
    }
    return FeatureMatrix.rows(Buffer.of(rows), which.length, dimension);
  }

  /** The vote for every voxel of {@code target}; its own label where no neighbour knows one. */
  private static PseudoLabel vote(
      Volume target, List<Volume> volumes, int[] neighbours, float[] weights, int classes) {
    Extent extent = Extent.of(target.shape());
    PseudoLabel own = target.label();
    byte[] labels = new byte[extent.voxels()];
    float[] confidence = new float[extent.voxels()];
    LabelArray[] asked = new LabelArray[neighbours.length];
    int[][][] sources = new int[neighbours.length][3][];
    for (int j = 0; j < neighbours.length; j++) {
      Volume neighbour = volumes.get(neighbours[j]);
      asked[j] = new LabelArray(Extent.of(neighbour.shape()), neighbour.label().labels());
      for (int a = 0; a < 3; a++) {
        int in = asked[j].extent().size(a);
        int out = extent.size(a);
        sources[j][a] =
            IntStream.range(0, out)
                .map(i -> Math.min((int) ((long) i * in / out), in - 1))
                .toArray();
      }
    }
    float[] votes = new float[classes];
    int next = 0;
    for (int x = 0; x < extent.sizeX(); x++) {
      for (int y = 0; y < extent.sizeY(); y++) {
        for (int z = 0; z < extent.sizeZ(); z++, next++) {
          Arrays.fill(votes, 0);
          float total = 0;
          boolean voted = false;
          for (int j = 0; j < neighbours.length; j++) {
            int label = asked[j].at(sources[j][0][x], sources[j][1][y], sources[j][2][z]);
            if (label != LabelArray.IGNORED) {
              votes[label] += weights[j];
              total += weights[j];
              voted = true;
            }
          }
          if (!voted) {
            labels[next] = own.labels()[next];
            confidence[next] = own.confidence()[next];
            continue;
          }
          int best = 0;
          for (int c = 1; c < classes; c++) {
            best = votes[c] > votes[best] ? c : best;
          }
          labels[next] = (byte) best;
          confidence[next] = total > 0 ? votes[best] / total : 0;
        }
      }
    }
    return new PseudoLabel(labels, confidence);
  }
}
