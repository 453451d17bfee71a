package org.onelabel.pipeline;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.statistics.descriptive.Quantile;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;

/**
 * Uncertain regions take a vote. Cells whose mean uncertainty is not below a quantile of the pool's
 * are uncertain; each asks the K most alike confident cells of the pool and the template, whose
 * class shares count with their confidence. Asked are confident cells of a structure or next to an
 * uncertain one, at most some thousands a volume. Specialist and vote then decide together as in
 * {@link ConsensusRefinement}; elsewhere the specialist stands.
 */
public final class RegionRefinement implements Refinement {
  private static final int MOST_CELLS = 4000;
  private static final int REACH = 2;

  private final Kernels kernels;
  private final Settings settings;
  private final ConsensusRefinement consensus;

  /**
   * How regions are refined.
   *
   * @param quantile of cells that stay as they are
   * @param k neighbours asked
   * @param temperature of the votes, in squared feature distance
   * @param ownVolume whether cells of the same volume may be asked
   * @param weight of the vote's margin beside the specialist's
   */
  public record Settings(
      double quantile, int k, double temperature, boolean ownVolume, double weight) {}

  public RegionRefinement(Kernels kernels, Settings settings) {
    this.kernels = kernels;
    this.settings = settings;
    consensus = new ConsensusRefinement(settings.weight);
  }

  /** The cells of one volume: what is known of each. */
  private record Cells(
      FeatureGrid grid, int[] cellOf, float[] shares, float[] trust, double[] uncertainty) {

    static Cells of(Predicted volume, int classes) {
      FeatureGrid grid = volume.features().get();
      int[] shape = volume.shape();
      int cells = grid.cells();
      int[] cellOf = new int[shape[0] * shape[1] * shape[2]];
      float[] shares = new float[cells * classes];
      float[] trust = new float[cells];
      double[] uncertainty = new double[cells];
      int[] counts = new int[cells];
      byte[] labels = volume.label().labels();
      float[] margins = volume.label().confidence();
      int voxel = 0;
      for (int x = 0; x < shape[0]; x++) {
        for (int y = 0; y < shape[1]; y++) {
          for (int z = 0; z < shape[2]; z++, voxel++) {
            int n = PatchBox.cell(grid, x, y, z);
            cellOf[voxel] = n;
            if (n >= 0) {
              shares[n * classes + (labels[voxel] & 255)]++;
              trust[n] += margins == null ? 1 : margins[voxel];
              uncertainty[n] += volume.template() ? 0 : volume.map()[voxel];
              counts[n]++;
            }
          }
        }
      }
      for (int n = 0; n < cells; n++) {
        float one = 1f / Math.max(1, counts[n]);
        trust[n] *= one;
        uncertainty[n] *= one;
        for (int c = 0; c < classes; c++) {
          shares[n * classes + c] *= one;
        }
      }
      return new Cells(grid, cellOf, shares, trust, uncertainty);
    }
  }

  @Override
  public List<PseudoLabel> refine(List<Predicted> volumes, int classes) {
    List<Cells> all = volumes.stream().map(v -> Cells.of(v, classes)).toList();
    double threshold = threshold(volumes, all);
    List<int[]> uncertain = new ArrayList<>();
    List<int[]> asked = new ArrayList<>();
    for (int v = 0; v < volumes.size(); v++) {
      Cells cells = all.get(v);
      boolean template = volumes.get(v).template();
      int[] open =
          IntStream.range(0, cells.trust.length)
              .filter(n -> !template && cells.uncertainty[n] >= threshold)
              .toArray();
      uncertain.add(open);
      asked.add(asked(cells, open, classes, v));
    }
    List<PseudoLabel> votes = vote(volumes, all, uncertain, asked, classes);
    List<PseudoLabel> refined = new ArrayList<>();
    for (int v = 0; v < volumes.size(); v++) {
      PseudoLabel own = volumes.get(v).label();
      refined.add(volumes.get(v).template() ? own : consensus.of(own, votes.get(v)));
    }
    return refined;
  }

  private double threshold(List<Predicted> volumes, List<Cells> all) {
    double[] pooled =
        IntStream.range(0, all.size())
            .filter(v -> !volumes.get(v).template())
            .mapToObj(all::get)
            .flatMapToDouble(cells -> Arrays.stream(cells.uncertainty))
            .toArray();
    return pooled.length == 0
        ? 0
        : Quantile.withDefaults()
            .with(Quantile.EstimationMethod.HF7)
            .evaluate(pooled, settings.quantile);
  }

  /** Confident cells of a structure or near an open one. */
  private static int[] asked(Cells cells, int[] open, int classes, int seed) {
    int[] size = cells.grid.size();
    boolean[] isOpen = new boolean[cells.trust.length];
    boolean[] near = new boolean[cells.trust.length];
    for (int n : open) {
      isOpen[n] = true;
    }
    for (int n = 0; n < near.length; n++) {
      // Of the template, where nothing is open, the surroundings of its structures.
      boolean centre = isOpen[n] || cells.shares[n * classes] < 1;
      if (centre) {
        mark(near, n, size);
      }
    }
    int[] candidates = IntStream.range(0, near.length).filter(n -> near[n] && !isOpen[n]).toArray();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < Math.min(MOST_CELLS, candidates.length); i++) {
      int j = i + random.nextInt(candidates.length - i);
      int kept = candidates[i];
      candidates[i] = candidates[j];
      candidates[j] = kept;
    }
    int[] chosen = Arrays.copyOf(candidates, Math.min(MOST_CELLS, candidates.length));
    Arrays.sort(chosen);
    return chosen;
  }

  private static void mark(boolean[] near, int n, int[] size) {
    int x = n / (size[1] * size[2]);
    int y = n / size[2] % size[1];
    int z = n % size[2];
    for (int i = Math.max(0, x - REACH); i <= Math.min(size[0] - 1, x + REACH); i++) {
      for (int j = Math.max(0, y - REACH); j <= Math.min(size[1] - 1, y + REACH); j++) {
        for (int k = Math.max(0, z - REACH); k <= Math.min(size[2] - 1, z + REACH); k++) {
          near[(i * size[1] + j) * size[2] + k] = true;
        }
      }
    }
  }

  private List<PseudoLabel> vote(
      List<Predicted> volumes,
      List<Cells> all,
      List<int[]> uncertain,
      List<int[]> asked,
      int classes) {
    int dimension = all.getFirst().grid.dimension();
    int rows = asked.stream().mapToInt(a -> a.length).sum();
    List<PseudoLabel> result = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment database = arena.allocate(ValueLayout.JAVA_FLOAT, (long) rows * dimension);
      MemorySegment labels = arena.allocate(ValueLayout.JAVA_FLOAT, (long) rows * classes);
      long[] begins = new long[volumes.size() + 1];
      int row = 0;
      for (int v = 0; v < volumes.size(); v++) {
        Cells cells = all.get(v);
        for (int n : asked.get(v)) {
          copy(cells.grid, n, database, row);
          for (int c = 0; c < classes; c++) {
            float share = cells.shares[n * classes + c] * cells.trust[n];
            labels.setAtIndex(ValueLayout.JAVA_FLOAT, (long) row * classes + c, share);
          }
          row++;
        }
        begins[v + 1] = row;
      }
      FeatureMatrix matrix = FeatureMatrix.rows(database, rows, dimension);
      for (int v = 0; v < volumes.size(); v++) {
        int[] open = uncertain.get(v);
        PseudoLabel own = volumes.get(v).label();
        if (volumes.get(v).template() || open.length == 0 || rows == 0) {
          result.add(own);
          continue;
        }
        float[] votes =
            votes(all.get(v).grid, open, matrix, labels, begins[v], begins[v + 1], classes);
        result.add(voted(own, all.get(v), open, votes, classes));
      }
    }
    return result;
  }

  private float[] votes(
      FeatureGrid grid,
      int[] open,
      FeatureMatrix database,
      MemorySegment labels,
      long ownFrom,
      long ownTo,
      int classes) {
    try (Arena arena = Arena.ofConfined()) {
      int dimension = grid.dimension();
      MemorySegment queries =
          arena.allocate(ValueLayout.JAVA_FLOAT, (long) open.length * dimension);
      MemorySegment excluded = arena.allocate(ValueLayout.JAVA_LONG, 2L * open.length);
      MemorySegment out = arena.allocate(ValueLayout.JAVA_FLOAT, (long) open.length * classes);
      for (int i = 0; i < open.length; i++) {
        copy(grid, open[i], queries, i);
        excluded.setAtIndex(ValueLayout.JAVA_LONG, 2L * i, ownFrom);
        excluded.setAtIndex(ValueLayout.JAVA_LONG, 2L * i + 1, ownTo);
      }
      kernels.run(
          new NearestNeighbours(
              FeatureMatrix.rows(queries, open.length, dimension),
              database,
              NearestNeighbours.Metric.SQUARED_L2,
              (int) Math.min(settings.k, database.count()),
              null,
              settings.ownVolume ? null : excluded,
              null,
              null,
              new NearestNeighbours.Vote(
                  NearestNeighbours.Weighting.SOFTMAX_SCORE,
                  (float) settings.temperature,
                  labels,
                  true,
                  classes,
                  out)));
      return out.toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private static void copy(FeatureGrid grid, int cell, MemorySegment to, long row) {
    int dimension = grid.dimension();
    MemorySegment.copy(
        grid.rows(), cell * dimension, to, ValueLayout.JAVA_FLOAT, 4L * row * dimension, dimension);
  }

  /** The label of the votes in open cells, the specialist's elsewhere. */
  private static PseudoLabel voted(
      PseudoLabel own, Cells cells, int[] open, float[] votes, int classes) {
    int[] place = new int[cells.trust.length];
    Arrays.fill(place, -1);
    float[][] shares = new float[classes][open.length];
    for (int i = 0; i < open.length; i++) {
      float sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += votes[i * classes + c];
      }
      for (int c = 0; c < classes && sum > 0; c++) {
        shares[c][i] = votes[i * classes + c] / sum;
        place[open[i]] = i;
      }
    }
    PseudoLabel best = PseudoLabel.best(shares);
    byte[] labels = own.labels().clone();
    float[] confidence = own.confidence().clone();
    for (int voxel = 0; voxel < labels.length; voxel++) {
      int n = cells.cellOf[voxel];
      if (n >= 0 && place[n] >= 0) {
        labels[voxel] = best.labels()[place[n]];
        confidence[voxel] = best.confidence()[place[n]];
      }
    }
    return new PseudoLabel(labels, confidence);
  }
}
