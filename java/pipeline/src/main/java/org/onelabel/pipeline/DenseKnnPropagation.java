package org.onelabel.pipeline;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.onelabel.kernels.DeviceMemory;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.UpsampleArgmax;

/**
 * Dense label transfer: the K nearest template cells of every cell vote with the class shares of
 * their voxels, weighted by softmax(−distance / temperature); votes are smoothed over neighbouring
 * cells, brought to the voxels by trilinear interpolation, and the best class wins.
 */
public final class DenseKnnPropagation implements Propagation {
  private static final int ALIGNMENT_CELLS = 8000;

  private final Kernels kernels;
  private final int k;
  private final double temperature;
  private final double smoothing;
  private final int alignments;

  /**
   * A propagation.
   *
   * @param k voters per cell
   * @param temperature of the votes, in squared feature distance
   * @param smoothing standard deviation of the regularisation, in cells; 0 for none
   * @param alignments how often the volume's position channels are moved so that what a search
   *     finds lies where the template's structures lie, before the search that counts
   */
  public DenseKnnPropagation(
      Kernels kernels, int k, double temperature, double smoothing, int alignments) {
    this.kernels = kernels;
    this.k = k;
    this.temperature = temperature;
    this.smoothing = smoothing;
    this.alignments = alignments;
  }

  @Override
  public PseudoLabel propagate(Template template, FeatureGrid features, int[] shape) {
    float[] shares = shares(template);
    // The template stays on the device through all searches.
    try (DeviceMemory rows = onDevice(template.features().rows());
        DeviceMemory labels = onDevice(shares)) {
      Voters voters =
          new Voters(
              FeatureMatrix.rows(
                  rows.segment(), template.features().cells(), template.features().dimension()),
              labels.segment(),
              template.classes());
      return propagate(template, shares, voters, features, shape);
    }
  }

  private DeviceMemory onDevice(float[] values) {
    return kernels.allocate(4L * values.length).write(MemorySegment.ofArray(values));
  }

  /**
   * The template's cells where the kernels work.
   *
   * @param shares cells × classes
   */
  private record Voters(FeatureMatrix features, MemorySegment shares, int classes) {}

  private PseudoLabel propagate(
      Template template, float[] shares, Voters voters, FeatureGrid features, int[] shape) {
    FeatureGrid aligned = features;
    if (features.positions() > 0) {
      double[][] wanted =
          template
              .features()
              .positionMoments(foreground(shares, template.features().cells(), template.classes()));
      // Moments need few cells.
      int step = (int) Math.ceil(Math.cbrt(features.cells() / (double) ALIGNMENT_CELLS));
      for (int pass = 0; pass < alignments; pass++) {
        FeatureGrid few = aligned.thinned(Math.max(1, step));
        float[] found = foreground(vote(voters, few), few.cells(), 1);
        aligned = aligned.withPositions(few.positionMoments(found), wanted);
      }
    }
    float[] scores = vote(voters, aligned);
    return PatchBox.paste(
        kernels,
        MemorySegment.ofArray(scores),
        template.classes(),
        features,
        shape,
        UpsampleArgmax.Interpolation.TRILINEAR);
  }

  /** classes × cells: the smoothed votes. */
  private float[] vote(Voters voters, FeatureGrid features) {
    int classes = voters.classes();
    int cells = features.cells();
    float[] votes = new float[cells * classes];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_FLOAT, votes.length);
      kernels.run(
          new NearestNeighbours(
              matrix(arena, features),
              voters.features(),
              NearestNeighbours.Metric.SQUARED_L2,
              (int) Math.min(k, voters.features().count()),
              null,
              null,
              null,
              null,
              new NearestNeighbours.Vote(
                  NearestNeighbours.Weighting.SOFTMAX_SCORE,
                  (float) temperature,
                  voters.shares(),
                  true,
                  classes,
                  out)));
      MemorySegment.copy(out, ValueLayout.JAVA_FLOAT, 0, votes, 0, votes.length);
    }
    float[] scores = new float[votes.length];
    for (int c = 0; c < classes; c++) {
      float[] plane = new float[cells];
      for (int n = 0; n < cells; n++) {
        plane[n] = votes[n * classes + c];
      }
      plane = smoothing > 0 ? Smoothing.gaussian(plane, features.size(), smoothing) : plane;
      System.arraycopy(plane, 0, scores, c * cells, cells);
    }
    return scores;
  }

  /** How much of each cell is any structure: what its background share, at n · step, leaves. */
  private static float[] foreground(float[] shares, int cells, int step) {
    float[] result = new float[cells];
    for (int n = 0; n < cells; n++) {
      result[n] = 1 - shares[n * step];
    }
    return result;
  }

  private static FeatureMatrix matrix(Arena arena, FeatureGrid grid) {
    MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_FLOAT, grid.rows());
    return FeatureMatrix.rows(data, grid.cells(), grid.dimension());
  }

  /** cells × classes: the share of each class among the voxels of a template cell. */
  private static float[] shares(Template template) {
    FeatureGrid grid = template.features();
    int[] shape = template.shape();
    float[] shares = new float[grid.cells() * template.classes()];
    int[] counts = new int[grid.cells()];
    int voxel = 0;
    for (int x = 0; x < shape[0]; x++) {
      for (int y = 0; y < shape[1]; y++) {
        for (int z = 0; z < shape[2]; z++, voxel++) {
          int n = PatchBox.cell(grid, x, y, z);
          if (n >= 0) {
            shares[n * template.classes() + (template.labels()[voxel] & 255)]++;
            counts[n]++;
          }
        }
      }
    }
    for (int n = 0; n < counts.length; n++) {
      for (int c = 0; c < template.classes(); c++) {
        int i = n * template.classes() + c;
        // A cell in the padding is background.
        shares[i] = counts[n] > 0 ? shares[i] / counts[n] : c == 0 ? 1 : 0;
      }
    }
    return shares;
  }
}
