package org.onelabel.pipeline.propagation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.CellValues;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.settings.Setting;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Smoothing;

/**
 * Dense label transfer: the volume is registered with the template through its features; then the K
 * nearest cells of the template (and of further labelled scans) of every cell vote with the class
 * shares of their voxels, weighted by softmax(−distance / temperature); votes are smoothed over
 * neighbouring cells, brought to the voxels by trilinear interpolation, and the best class wins.
 */
public final class DenseKnnPropagation implements Propagation {
  /** Of the largest share of its structure anywhere, what a cell must have to count as near. */
  private static final double LEAST_SHARE = 0.01;

  /** Coarse cells around those that are searched at full resolution. */
  private static final int REACH = 1;

  private final Kernels kernels;
  private final Settings settings;
  private final PositionAlignment alignment;
  private final int classes;
  private final TemplateSearch coarse;
  private final TemplateSearch fine;

  /**
   * How labels are transferred.
   *
   * @param k number of nearest template cells that vote on a cell
   * @param temperature temperature of the votes' softmax, in squared feature distance
   * @param smoothing standard deviation of the smoothing of the votes, in cells; 0 for none
   * @param alignments how often the position channels are shifted and scaled, before the last
   *     search, so that the structures that a search finds lie like those of the template
   * @param deformations how often the position channels are then deformed smoothly towards where
   *     each cell finds its nearest neighbours
   * @param stiffness smoothness of these deformations: their standard deviation in about twentieths
   *     of the volume's side, twice as much at the first
   */
  public record Settings(
      int k,
      double temperature,
      double smoothing,
      int alignments,
      int deformations,
      double stiffness) {
    public Settings {
      Setting.within("k", k, 1, 1024);
      Setting.positive("temperature", temperature);
      Setting.within("smoothing", smoothing, 0, 100);
      Setting.atLeast("alignments", alignments, 0);
      Setting.atLeast("deformations", deformations, 0);
      Setting.positive("stiffness", stiffness);
      Setting.within("stiffness", stiffness, 0, 100);
    }
  }

  public DenseKnnPropagation(Kernels kernels, Settings settings, List<Template> templates) {
    this.kernels = kernels;
    this.settings = settings;
    alignment =
        new PositionAlignment(settings.alignments, settings.deformations, settings.stiffness);
    classes = templates.getFirst().classes();
    List<TemplateSearch.Cells> few = new ArrayList<>();
    List<TemplateSearch.Cells> all = new ArrayList<>();
    for (Template template : templates) {
      FeatureGrid grid = template.features();
      Template thinned = template.thinned(PositionAlignment.step(grid));
      FeatureGrid sparse = thinned.features();
      CellValues shares = thinned.shares();
      // What lies at the rim of a volume's cells may be like those a little farther out here.
      int[] near = near(grid, sparse, shares, REACH + 1);
      int[] asked = near.length == 0 ? all(grid) : near;
      few.add(new TemplateSearch.Cells(sparse, shares, thinned.voters(all(sparse))));
      all.add(new TemplateSearch.Cells(grid, template.shares(), template.voters(asked)));
    }
    coarse = search(few);
    try {
      fine = search(all);
    } catch (RuntimeException | Error e) {
      coarse.close();
      throw e;
    }
  }

  private TemplateSearch search(List<TemplateSearch.Cells> scans) {
    return new TemplateSearch(kernels, scans, settings.k, settings.temperature);
  }

  @Override
  public PseudoLabel propagate(FeatureGrid features, Extent volume) {
    FeatureGrid aligned = alignment.align(features, coarse);
    FeatureGrid few = aligned.thinned(PositionAlignment.step(aligned));
    int[] asking = near(aligned, few, coarse.answers(few), REACH);
    float[] scores =
        fine.shares(aligned, asking)
            .planes(plane -> Smoothing.gaussian(plane, features.size(), settings.smoothing));
    return PatchBox.paste(
        kernels,
        Buffer.of(scores),
        classes,
        features,
        volume,
        UpsampleArgmax.Interpolation.TRILINEAR);
  }

  @Override
  public void close() {
    coarse.close();
    fine.close();
  }

  private static int[] all(FeatureGrid grid) {
    return IntStream.range(0, grid.cells()).toArray();
  }

  /**
   * Cells of {@code grid} in and around coarse ones that may be of a structure; all of them without
   * positions, as what is alike may then lie anywhere.
   *
   * @param shares of each class in the coarse cells, among other values
   */
  private int[] near(FeatureGrid grid, FeatureGrid coarse, CellValues shares, int reach) {
    if (grid.positions() == 0) {
      return all(grid);
    }
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
    Extent few = coarse.size();
    Extent size = grid.size();
    IntStream cells = IntStream.range(0, possible.length).filter(n -> possible[n]);
    boolean[] near = CellNeighbourhood.around(few, cells, reach);
    return IntStream.range(0, grid.cells())
        .filter(
            n -> {
              int x = size.place(n, 0) / step;
              int y = size.place(n, 1) / step;
              int z = size.place(n, 2) / step;
              return near[few.index(x, y, z)];
            })
        .toArray();
  }
}
