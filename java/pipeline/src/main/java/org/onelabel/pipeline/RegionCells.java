package org.onelabel.pipeline;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What the label of one volume says of each of its feature cells.
 *
 * @param size cells along x, y, z
 * @param cellOf the cell of every working voxel, −1 outside the grid
 * @param shares cells × classes: what part of a cell's voxels has each class
 * @param trust in a cell's shares
 * @param uncertainty mean over a cell's voxels, nats
 * @param moments where the structures lie: mean and deviation of each position channel; empty where
 *     there is no structure
 */
record RegionCells(
    int classes,
    int[] size,
    int[] cellOf,
    float[] shares,
    float[] trust,
    double[] uncertainty,
    double[][] moments) {

  /** The cells of a volume; those of the template are trusted {@code template} times as much. */
  static RegionCells of(
      Refinement.Predicted volume, FeatureGrid grid, int classes, double template) {
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
            trust[n] += volume.template() ? (float) template : margins[voxel];
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
      // A cell in the padding is background.
      shares[n * classes] += counts[n] == 0 ? 1 : 0;
    }
    float[] structure = new float[cells];
    boolean any = false;
    for (int n = 0; n < cells; n++) {
      structure[n] = 1 - shares[n * classes];
      any |= structure[n] > 0;
    }
    double[][] moments = any ? grid.positionMoments(structure) : new double[0][];
    return new RegionCells(classes, grid.size(), cellOf, shares, trust, uncertainty, moments);
  }

  /**
   * The features, positions moved so that this volume's structures lie where {@code other}'s do.
   */
  FeatureGrid aligned(FeatureGrid grid, RegionCells other) {
    boolean possible = moments.length > 0 && other.moments.length > 0;
    return possible ? grid.withPositions(moments, other.moments) : grid;
  }

  /** Cells whose uncertainty is not below a threshold. */
  int[] uncertain(double threshold) {
    return IntStream.range(0, trust.length).filter(n -> uncertainty[n] >= threshold).toArray();
  }

  /** {@code cells} and all that lie within {@code reach} cells of one, along each axis. */
  boolean[] around(IntStream cells, int reach) {
    boolean[] near = new boolean[trust.length];
    cells.forEach(
        n -> {
          int x = n / (size[1] * size[2]);
          int y = n / size[2] % size[1];
          int z = n % size[2];
          for (int i = Math.max(0, x - reach); i <= Math.min(size[0] - 1, x + reach); i++) {
            for (int j = Math.max(0, y - reach); j <= Math.min(size[1] - 1, y + reach); j++) {
              int row = (i * size[1] + j) * size[2];
              int from = row + Math.max(0, z - reach);
              Arrays.fill(near, from, row + Math.min(size[2] - 1, z + reach) + 1, true);
            }
          }
        });
    return near;
  }

  /** Cells in and around structures and {@code open} cells, at most {@code most}. */
  int[] asked(int[] open, int reach, int most, long seed) {
    IntStream structures = IntStream.range(0, trust.length).filter(n -> shares[n * classes] < 1);
    boolean[] near = around(IntStream.concat(structures, Arrays.stream(open)), reach);
    int[] candidates = IntStream.range(0, near.length).filter(n -> near[n]).toArray();
    int count = Math.min(most, candidates.length);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(candidates.length - i);
      int kept = candidates[i];
      candidates[i] = candidates[j];
      candidates[j] = kept;
    }
    int[] chosen = Arrays.copyOf(candidates, count);
    Arrays.sort(chosen);
    return chosen;
  }
}
