package org.onelabel.pipeline.refinement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.statistics.descriptive.Quantile;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.CellValues;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.propagation.CellNeighbourhood;
import org.onelabel.pipeline.propagation.CellSearch;
import org.onelabel.pipeline.propagation.DenseKnnPropagation;
import org.onelabel.pipeline.propagation.PatchBox;
import org.onelabel.pipeline.settings.Setting;
import org.onelabel.volumes.grid.Extent;

/**
 * Uncertain regions take a vote. Cells whose mean uncertainty is not below a quantile of the pool's
 * are uncertain; each asks the K most alike cells of the template and of the rest of the pool, in
 * and around structures, whose class shares count with the trust in them. Before that each volume's
 * positions are moved so that its predicted structures lie where the template's do, as in {@link
 * DenseKnnPropagation}; between cells votes are interpolated. Specialist and vote then decide
 * together as in {@link ConsensusRefinement}; elsewhere the specialist stands.
 */
public final class RegionRefinement implements Refinement {
  private static final int TEMPLATE_CELLS = 8000;
  private static final int POOL_CELLS = 16000;
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
   * @param template what a cell of the template counts beside one of the pool that is sure
   * @param weight of the vote's margin beside the specialist's
   */
  public record Settings(
      double quantile,
      int k,
      double temperature,
      boolean ownVolume,
      double template,
      double weight) {
    public Settings {
      Setting.within("quantile", quantile, 0, 1);
      Setting.within("k", k, 1, 1024);
      Setting.positive("temperature", temperature);
      Setting.within("template", template, 0, 1e6);
      Setting.within("weight", weight, 0, 10);
    }
  }

  public RegionRefinement(Kernels kernels, Settings settings) {
    this.kernels = kernels;
    this.settings = settings;
    consensus = new ConsensusRefinement(settings.weight);
  }

  @Override
  public List<PseudoLabel> refine(List<Volume> volumes, int classes) {
    // Features are read for one volume at a time: a pool's may be more than memory holds.
    List<RegionCells> cells =
        volumes.stream()
            .map(v -> RegionCells.of(v, v.features().get(), classes, settings.template))
            .toList();
    double threshold = threshold(volumes, cells);
    List<int[]> open = new ArrayList<>();
    for (int v = 0; v < volumes.size(); v++) {
      open.add(volumes.get(v) instanceof Template ? new int[0] : cells.get(v).uncertain(threshold));
    }
    try (Electorate electorate = electorate(volumes, cells, open)) {
      List<PseudoLabel> refined = new ArrayList<>();
      for (int v = 0; v < volumes.size(); v++) {
        PseudoLabel own = volumes.get(v).label();
        boolean asks = open.get(v).length > 0 && electorate.cells.cells() > 0;
        refined.add(
            asks
                ? consensus.of(own, voted(volumes.get(v), cells.get(v), open.get(v), electorate, v))
                : own);
      }
      return refined;
    }
  }

  private double threshold(List<Volume> volumes, List<RegionCells> all) {
    double[] pooled =
        IntStream.range(0, all.size())
            .filter(v -> volumes.get(v) instanceof Predicted)
            .mapToObj(all::get)
            .flatMapToDouble(
                cells ->
                    IntStream.range(0, cells.uncertainty().length)
                        .mapToDouble(n -> cells.uncertainty()[n]))
            .toArray();
    return pooled.length == 0
        ? 0
        : Quantile.withDefaults()
            .with(Quantile.EstimationMethod.HF7)
            .evaluate(pooled, settings.quantile);
  }

  /**
   * The cells that are asked.
   *
   * @param cells answer with their class shares times the trust in them
   * @param begins the first cell of each volume, and one more
   * @param target what all volumes are aligned to, where there is a template
   */
  private record Electorate(CellSearch cells, int[] begins, Optional<RegionCells> target)
      implements AutoCloseable {
    @Override
    public void close() {
      cells.close();
    }
  }

  private Electorate electorate(List<Volume> volumes, List<RegionCells> cells, List<int[]> open) {
    Optional<RegionCells> target = Optional.empty();
    List<int[]> asked = new ArrayList<>();
    int[] begins = new int[volumes.size() + 1];
    for (int v = 0; v < volumes.size(); v++) {
      boolean template = volumes.get(v) instanceof Template;
      target = template ? Optional.of(cells.get(v)) : target;
      int most = template ? TEMPLATE_CELLS : POOL_CELLS / volumes.size();
      asked.add(cells.get(v).asked(open.get(v), REACH, most, v));
      begins[v + 1] = begins[v] + asked.get(v).length;
    }
    int count = begins[volumes.size()];
    int classes = cells.getFirst().classes();
    float[] votes = new float[count * classes];
    float[] rows = new float[0];
    int dimension = 0;
    for (int v = 0; v < volumes.size(); v++) {
      FeatureGrid grid = aligned(volumes.get(v), cells.get(v), target);
      if (v == 0) {
        dimension = grid.dimension();
        rows = new float[count * dimension];
      }
      float[] of = grid.rows(asked.get(v));
      System.arraycopy(of, 0, rows, begins[v] * dimension, of.length);
      int row = begins[v];
      for (int n : asked.get(v)) {
        for (int c = 0; c < classes; c++) {
          votes[row * classes + c] = cells.get(v).shares().at(n, c) * cells.get(v).trust()[n];
        }
        row++;
      }
    }
    CellSearch search =
        new CellSearch(
            kernels,
            rows,
            dimension,
            new CellValues(votes, classes),
            settings.k,
            settings.temperature);
    return new Electorate(search, begins, target);
  }

  private static FeatureGrid aligned(
      Volume volume, RegionCells cells, Optional<RegionCells> target) {
    FeatureGrid grid = volume.features().get();
    return volume instanceof Template
        ? grid
        : target.map(other -> cells.aligned(grid, other)).orElse(grid);
  }

  /** The label of the votes in open cells, the specialist's elsewhere. */
  private PseudoLabel voted(
      Volume volume, RegionCells cells, int[] open, Electorate electorate, int index) {
    FeatureGrid grid = aligned(volume, cells, electorate.target);
    boolean[] near = CellNeighbourhood.around(grid.size(), Arrays.stream(open), 1);
    // Interpolation in an open cell looks at the cells next to it too.
    int[] asking = IntStream.range(0, near.length).filter(n -> near[n]).toArray();
    int ownFrom = settings.ownVolume ? 0 : electorate.begins[index];
    int ownTo = settings.ownVolume ? 0 : electorate.begins[index + 1];
    CellValues votes = electorate.cells.answers(grid.rows(asking), ownFrom, ownTo);
    int classes = cells.classes();
    float[] rows = cells.shares().rows().clone();
    for (int i = 0; i < asking.length; i++) {
      float sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += votes.at(i, c);
      }
      for (int c = 0; c < classes && sum > 0; c++) {
        rows[asking[i] * classes + c] = votes.at(i, c) / sum;
      }
    }
    float[] scores = new CellValues(rows, classes).planes();
    PseudoLabel everywhere =
        PatchBox.paste(
            kernels,
            Buffer.of(scores),
            classes,
            grid,
            Extent.of(volume.shape()),
            UpsampleArgmax.Interpolation.TRILINEAR);
    boolean[] isOpen = new boolean[grid.cells()];
    for (int n : open) {
      isOpen[n] = true;
    }
    byte[] labels = volume.label().labels().clone();
    float[] confidence = volume.label().confidence().clone();
    for (int voxel = 0; voxel < labels.length; voxel++) {
      int n = cells.cellOf()[voxel];
      if (n >= 0 && isOpen[n]) {
        labels[voxel] = everywhere.labels()[voxel];
        confidence[voxel] = everywhere.confidence()[voxel];
      }
    }
    return new PseudoLabel(labels, confidence);
  }
}
