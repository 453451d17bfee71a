package org.onelabel.pipeline.refinement;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.onelabel.pipeline.features.CellValues;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.features.VoxelCells;
import org.onelabel.pipeline.propagation.CellNeighbourhood;
import org.onelabel.volumes.grid.Extent;

/**
 * What the label of one volume says of each of its feature cells.
 *
 * @param size cells along x, y, z
 * @param cellOf the cell of every working voxel, −1 outside the grid
 * @param shares what part of a cell's voxels has each class
 * @param voters the cells that may be asked: their voxels are not all ignored
 * @param trust in a cell's shares
 * @param uncertainty mean over a cell's voxels, nats
 * @param moments where the structures lie: mean and deviation of each position channel; empty where
 *     there is no structure
 */
public record RegionCells(
    Extent size,
    int[] cellOf,
    CellValues shares,
    boolean[] voters,
    float[] trust,
    float[] uncertainty,
    double[][] moments) {

  /** The cells of a volume; those of the template are trusted {@code template} times as much. */
  public static RegionCells of(
      Refinement.Volume volume, FeatureGrid grid, int classes, double template) {
    VoxelCells voxelCells = VoxelCells.of(grid, Extent.of(volume.shape()));
    CellValues shares =
        new CellValues(voxelCells.shares(volume.label().labels(), classes), classes);
    float[] trust = new float[grid.cells()];
    float[] uncertainty = new float[grid.cells()];
    switch (volume) {
      case Refinement.Template _ -> Arrays.fill(trust, (float) template);
      case Refinement.Predicted predicted -> {
        trust = voxelCells.means(predicted.label().confidence());
        uncertainty = voxelCells.means(predicted.map());
      }
    }
    float[] structure = shares.structure();
    boolean any = IntStream.range(0, structure.length).anyMatch(n -> structure[n] > 0);
    double[][] moments = any ? grid.positionMoments(structure) : new double[0][];
    return new RegionCells(
        grid.size(),
        voxelCells.of(),
        shares,
        voxelCells.voters(volume.label().labels()),
        trust,
        uncertainty,
        moments);
  }

  int classes() {
    return shares.columns();
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

  /** Voters in and around structures and {@code open} cells, at most {@code most}. */
  public int[] asked(int[] open, int reach, int most, long seed) {
    IntStream structures = IntStream.range(0, trust.length).filter(n -> shares.at(n, 0) < 1);
    boolean[] near =
        CellNeighbourhood.around(size, IntStream.concat(structures, Arrays.stream(open)), reach);
    int[] candidates = IntStream.range(0, near.length).filter(n -> near[n] && voters[n]).toArray();
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
