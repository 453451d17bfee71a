package org.onelabel.pipeline;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.UpsampleArgmax;

/**
 * Dense label transfer: the volume is registered with the template through its features; then the K
 * nearest template cells of every cell vote with the class shares of their voxels, weighted by
 * softmax(−distance / temperature); votes are smoothed over neighbouring cells, brought to the
 * voxels by trilinear interpolation, and the best class wins.
 */
public final class DenseKnnPropagation implements Propagation {
  /** Of the largest share of its structure anywhere, what a cell must have to count as near. */
  private static final double LEAST_SHARE = 0.01;

  /** Coarse cells around those that are searched at full resolution. */
  private static final int REACH = 2;

  private final Kernels kernels;
  private final Settings settings;
  private final PositionAlignment alignment;

  /**
   * How labels are transferred.
   *
   * @param k voters per cell
   * @param temperature of the votes, in squared feature distance
   * @param smoothing standard deviation of the regularisation, in cells; 0 for none
   * @param alignments how often the volume's position channels are moved so that what a search
   *     finds lies where the template's structures lie, before the search that counts
   * @param deformations how often they are bent, smoothly, towards where each cell finds its like
   * @param stiffness smoothness of these bends: their standard deviation in about twentieths of the
   *     volume's side, twice as much at the first
   */
  public record Settings(
      int k,
      double temperature,
      double smoothing,
      int alignments,
      int deformations,
      double stiffness) {}

  public DenseKnnPropagation(Kernels kernels, Settings settings) {
    this.kernels = kernels;
    this.settings = settings;
    alignment =
        new PositionAlignment(settings.alignments, settings.deformations, settings.stiffness);
  }

  @Override
  public PseudoLabel propagate(Template template, FeatureGrid features, int[] shape) {
    Template thinned = thinned(template);
    FeatureGrid aligned;
    int[] asking;
    try (TemplateSearch coarse = search(thinned, all(thinned.features()))) {
      aligned = alignment.align(features, coarse);
      FeatureGrid few = aligned.thinned(PositionAlignment.step(aligned));
      asking = near(aligned, few, coarse.answers(few), template.classes(), REACH);
    }
    try (TemplateSearch search = search(template, asked(template, thinned))) {
      CellValues votes = search.shares(aligned, asking);
      int cells = votes.cells();
      float[] scores = new float[template.classes() * cells];
      for (int c = 0; c < template.classes(); c++) {
        float[] plane = votes.plane(c);
        plane = Smoothing.gaussian(plane, features.size(), settings.smoothing);
        System.arraycopy(plane, 0, scores, c * cells, cells);
      }
      return PatchBox.paste(
          kernels,
          MemorySegment.ofArray(scores),
          template.classes(),
          features,
          shape,
          UpsampleArgmax.Interpolation.TRILINEAR);
    }
  }

  private TemplateSearch search(Template template, int[] cells) {
    return new TemplateSearch(kernels, template, cells, settings.k, settings.temperature);
  }

  private static Template thinned(Template template) {
    FeatureGrid grid = template.features();
    FeatureGrid coarse = grid.thinned(PositionAlignment.step(grid));
    return new Template(coarse, template.labels(), template.shape(), template.classes());
  }

  /** Template cells that the cells of a volume near its structures may be like. */
  private static int[] asked(Template template, Template thinned) {
    FeatureGrid grid = template.features();
    // Without positions what is alike may lie anywhere.
    if (grid.positions() == 0) {
      return all(grid);
    }
    int[] near = near(grid, thinned.features(), thinned.shares(), template.classes(), REACH + 1);
    return near.length == 0 ? all(grid) : near;
  }

  private static int[] all(FeatureGrid grid) {
    return IntStream.range(0, grid.cells()).toArray();
  }

  /**
   * Cells of {@code grid} in and around coarse ones that may be of a structure.
   *
   * @param shares of each class in the coarse cells, among other values
   */
  private static int[] near(
      FeatureGrid grid, FeatureGrid coarse, CellValues shares, int classes, int reach) {
    boolean[] possible = new boolean[coarse.cells()];
    for (int c = 1; c < classes; c++) {
      float[] plane = shares.plane(c);
      float most = 0;
      for (float share : plane) {
        most = Math.max(most, share);
      }
      for (int n = 0; n < plane.length; n++) {
        possible[n] |= plane[n] > LEAST_SHARE * most;
      }
    }
    int step = PositionAlignment.step(grid);
    int[] few = coarse.size();
    int[] size = grid.size();
    IntStream cells = IntStream.range(0, possible.length).filter(n -> possible[n]);
    boolean[] near = CellNeighbourhood.around(few, cells, reach);
    return IntStream.range(0, grid.cells())
        .filter(
            n -> {
              int x = n / (size[1] * size[2]) / step;
              int y = n / size[2] % size[1] / step;
              int z = n % size[2] / step;
              return near[(x * few[1] + y) * few[2] + z];
            })
        .toArray();
  }
}
